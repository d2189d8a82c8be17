"""The columns of the result tables: what each means, its unit and how it is printed; one module per table."""
