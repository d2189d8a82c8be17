"""What a notebook uses: phases, hulls, composites and the screening, by the functions that the workflow uses."""
