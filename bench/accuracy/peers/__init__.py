"""How accurate the app's models are beside peers that are tuned, or have an environment apart."""
