"""The phase table and the sources that fill it."""
