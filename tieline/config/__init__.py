"""The configuration of a run as strict models: one module per section, `load` for the whole."""
