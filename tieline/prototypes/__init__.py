"""Structure prototypes: the crystal structure types that new compounds are tried in."""
