"""How well the phase data agree with experiment, and with other phase data."""
