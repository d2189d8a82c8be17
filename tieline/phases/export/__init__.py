"""The phases in the formats of other tools."""
