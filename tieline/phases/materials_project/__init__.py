"""Phase data from the Materials Project; only the rule that fetches them imports from here."""
