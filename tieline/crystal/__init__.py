"""Crystal symmetry."""
