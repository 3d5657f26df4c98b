"""How accurate the app's models are on real tables, beside the field's usual ones."""
