"""Whybuy without a screen: what will customers do, why, and what would change it."""
