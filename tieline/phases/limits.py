"""What a file of phases may demand of the machine."""

from __future__ import annotations

from pydantic import Field

from tieline.core.settings import Section

MEGABYTE = 1_000_000


class Limits(Section):
    """Largest sizes of the files that phases are read from; what exceeds them is rejected before it is read."""

    largest_file_mb: float = Field(
        1000.0,
        gt=0.0,
        description="Size of a file, unpacked if it is packed.",
        json_schema_extra={"unit": "MB"},
    )
    largest_workbook_mb: float = Field(
        200.0,
        gt=0.0,
        description="Size of an Excel workbook, unpacked; in memory it is many times larger.",
        json_schema_extra={"unit": "MB"},
    )
    longest_line_mb: float = Field(
        10.0,
        gt=0.0,
        description="Length of a line in a CSV, xyz or POSCAR file.",
        json_schema_extra={"unit": "MB"},
    )
    most_rows: int = Field(5_000_000, ge=1, description="Rows of a table.")
    most_columns: int = Field(10_000, ge=1, description="Columns of a table, or of the atoms in an extxyz file.")
    most_structures: int = Field(200_000, ge=1, description="Structures in a file.")
    most_atoms: int = Field(10_000, ge=1, description="Atoms in a unit cell.")
    most_symmetry_operators: int = Field(1000, ge=1, description="Symmetry operators in a CIF file.")
    deepest_nesting: int = Field(100, ge=1, description="Depth to which lists and mappings of a JSON file are nested.")
