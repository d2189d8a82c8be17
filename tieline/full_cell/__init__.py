"""The full cell that a composite is put into."""
