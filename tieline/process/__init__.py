"""How the material can be made: melting, hazards, cost."""
