"""Phases from databases that speak OPTIMADE."""
