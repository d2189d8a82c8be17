"""The report page: one HTML file that opens without a network, with a sheet for each of the best composites."""
