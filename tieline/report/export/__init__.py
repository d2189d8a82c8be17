"""Chosen composites for other programs: a workbook, crystal structures, pymatgen's entries."""
