"""How well the phase data agree with other phase data."""
