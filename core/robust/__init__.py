"""How far figures can be trusted: more customers, other seeds, no signal, other splits."""
