"""Exported composites, read back by other programs."""

from __future__ import annotations

import shutil
from pathlib import Path

import ase.io
import numpy as np
import openpyxl
import pandas as pd
import pytest
from monty.serialization import loadfn
from pymatgen.analysis.structure_matcher import StructureMatcher
from pymatgen.core import Structure
from pymatgen.core.lattice import Lattice

from tieline.__main__ import main
from tieline.report.export.collect import READ, Chosen, collect
from tieline.report.export.structures import write_cifs
from tieline.report.export.workbook import write_workbook

SHEETS = ["Candidates", "Voltage curves", "Phases", "Claims", "Columns"]


def chosen_of(results: Path, *names: str, first: int = 0) -> Chosen:
    return collect({name: results / path for name, path in READ.items()}, names, first)


def rows_of(path: Path, sheet: str) -> pd.DataFrame:
    header, *rows = openpyxl.load_workbook(path)[sheet].iter_rows(values_only=True)
    return pd.DataFrame(rows, columns=list(header))


def test_tables_of_the_chosen(small_results: Path) -> None:
    chosen = chosen_of(small_results, "Si + TiSi2")
    (row,) = chosen.candidates.frame.to_dict("records")
    ranked = pd.read_parquet(small_results / "ranked.parquet")
    assert row["rank"] == ranked.loc[ranked["phase_b"] == "TiSi2", "rank"].min()
    assert row["phase_b"] == "TiSi2"
    assert chosen.in_composites == {"si", row["phase_b_id"]}
    curves = chosen.voltage_curves.frame
    assert curves["phase_b_id"].unique().tolist() == [row["phase_b_id"]]
    ends = curves.groupby("part")["capacity_to_mah_per_g"].max()
    assert ends["composite"] == pytest.approx(row["capacity_equilibrium_mah_per_g"])
    present = {name for ids in curves["phase_ids"] for name in ids.split(" + ")}
    assert set(chosen.phases.frame["phase_id"]) == present | chosen.in_composites
    claims = chosen.claims.frame
    assert claims["claim"].tolist() == list(range(1, 31))
    assert claims["rank"].unique().tolist() == [row["rank"]]
    chart = pd.read_parquet(small_results / "claims.parquet")
    keys = ["phase_b_id", "phase_b_weight_fraction"]
    own = chart[(chart[keys] == [row[key] for key in keys]).all(axis=1)]
    assert claims["verdict"].tolist() == own["verdict"].tolist()


def test_claims_stand_by_their_composite_where_one_is_not_ranked(small_results: Path) -> None:
    """Polymorphs that are left out of the ranking have no rank, and can be had nevertheless."""
    properties = pd.read_parquet(small_results / "properties.parquet")
    ranked = pd.read_parquet(small_results / "ranked.parquet")
    at_design = properties[properties["design_point"]]
    left_out = min(set(at_design["phase_b_id"]) - set(ranked["phase_b_id"]))
    chosen = chosen_of(small_results, left_out, "1")
    assert chosen.candidates.frame["rank"].isna().tolist() == [True, False]
    assert chosen.claims.frame["phase_b_id"].tolist() == [left_out] * 30 + [ranked["phase_b_id"].iloc[0]] * 30


def test_workbook_holds_the_tables(small_results: Path, tmp_path: Path) -> None:
    chosen = chosen_of(small_results, first=2)
    path = tmp_path / "candidates.xlsx"
    write_workbook(chosen, path)
    assert openpyxl.load_workbook(path).sheetnames == SHEETS
    table = rows_of(path, "Candidates")
    frame = chosen.candidates.frame
    assert table["Phase B"].tolist() == frame["phase_b"].tolist()
    assert table["Capacity expected (mAh/g)"].tolist() == pytest.approx(
        frame["capacity_expected_mah_per_g"].tolist(), rel=1e-14
    )
    assert table["Density (g/cm³)"].tolist() == pytest.approx(frame["density_g_per_cm3"].tolist(), rel=1e-14)
    dictionary = rows_of(path, "Columns")
    for sheet in SHEETS[:-1]:
        assert dictionary.loc[dictionary["Sheet"] == sheet, "Column"].tolist() == list(rows_of(path, sheet))
    assert dictionary["Meaning"].notna().all()
    curves = rows_of(path, "Voltage curves")
    assert curves["Voltage (V)"].tolist() == pytest.approx(chosen.voltage_curves.frame["voltage_v"].tolist(), rel=1e-14)


def test_same_tables_give_the_same_bytes(small_results: Path, tmp_path: Path) -> None:
    chosen = chosen_of(small_results, first=2)
    for name in ("a.xlsx", "b.xlsx"):
        write_workbook(chosen, tmp_path / name)
    assert (tmp_path / "a.xlsx").read_bytes() == (tmp_path / "b.xlsx").read_bytes()


@pytest.mark.parametrize(
    "text", ["=1+1", "+1", "-1", "@SUM(A1)", '=HYPERLINK("http://x")', "#N/A", "\t=1", "a\x00b\x0bc", "x" * 40_000]
)
def test_text_is_never_a_formula(small_results: Path, tmp_path: Path, text: str) -> None:
    chosen = chosen_of(small_results, first=1)
    path = tmp_path / "candidates.xlsx"
    phases = chosen.phases._replace(frame=chosen.phases.frame.assign(source=text))
    write_workbook(chosen._replace(phases=phases), path)
    page = openpyxl.load_workbook(path)["Phases"]
    (column,) = (number for number, cell in enumerate(page[1]) if cell.value == "Source")
    cells = [row[column] for row in page.iter_rows(min_row=2)]
    assert {cell.data_type for cell in cells} == {"s"}
    kept = text.replace("\x00", "").replace("\x0b", "")[:32_767]
    assert {cell.value for cell in cells} == {kept}
    assert all(cell.quotePrefix for cell in cells) == text.startswith(("=", "+", "-", "@", "\t"))


def test_structures_as_other_programs_read_them(small_results: Path, tmp_path: Path) -> None:
    phases = pd.read_parquet(small_results / "phases.parquet")
    without = write_cifs(phases, tmp_path, 0.01)
    assert set(without) == set(phases["phase_id"]) - {"si", "c49", "c54"}
    assert {path.name for path in tmp_path.iterdir()} == {"Si_si.cif", "TiSi2_c49.cif", "TiSi2_c54.cif"}
    number = {"si": 227, "c49": 63, "c54": 70}
    for row in phases[phases["numbers"].notna()].to_dict("records"):
        path = tmp_path / f"{row['formula']}_{row['phase_id']}.cif"
        lattice, positions = Lattice(np.reshape(row["cell_a"], (3, 3))), np.reshape(row["scaled_positions"], (-1, 3))
        original = Structure(lattice, list(row["numbers"]), positions)
        read = Structure.from_file(path)
        assert StructureMatcher(scale=False, ltol=1e-3, stol=1e-3).fit(original, read)
        assert read.get_space_group_info()[1] == number[row["phase_id"]]
        atoms = ase.io.read(path)
        assert atoms.get_volume() / len(atoms) == pytest.approx(original.volume / len(original), rel=1e-6)
        assert f"# phase_id: {row['phase_id']}\n" in path.read_text()


def test_export_by_command(small_results: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    folder = tmp_path / "mine"
    assert main(["export", "Si + TiSi2", "--results", str(small_results), "--folder", str(folder)]) == 0
    assert {path.name for path in folder.iterdir()} == {"candidates.xlsx", "candidates.json", "structures"}
    assert len(rows_of(folder / "candidates.xlsx", "Candidates")) == 1
    entries = loadfn(folder / "candidates.json")
    assert {entry.entry_id for entry in entries} >= {"si", "c49", "li15si4"}
    assert {path.name for path in (folder / "structures").iterdir()} == {"Si_si.cif", "TiSi2_c49.cif"}
    assert main(["export", "--results", str(small_results), "--folder", str(folder)]) == 1
    assert capsys.readouterr().err == f"tieline: {folder} exists already; give another --folder\n"


def test_nothing_is_left_of_an_export_that_fails(small_results: Path, tmp_path: Path, capsys) -> None:
    folder = tmp_path / "mine"
    assert main(["export", "Si + Mg2Sii", "--results", str(small_results), "--folder", str(folder)]) == 1
    assert "did you mean 'Si + Mg2Si'?" in capsys.readouterr().err
    assert list(tmp_path.iterdir()) == []


def test_curve_by_command(small_results: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["curve", "Si + TiSi2", "--results", str(small_results)]) == 0
    printed = capsys.readouterr().out
    path = tmp_path / "curve.csv"
    assert main(["curve", "TiSi2", "--results", str(small_results), "--output", str(path)]) == 0
    assert path.read_text() == printed
    table = pd.read_csv(path)
    curves = pd.read_parquet(small_results / "voltage_curves.parquet")
    own = curves[curves["phase_b_id"] == table["phase_b_id"].iloc[0]].reset_index(drop=True)
    assert list(table) == list(curves)
    np.testing.assert_allclose(table["capacity_to_mah_per_g"], own["capacity_to_mah_per_g"], atol=5e-4)
    assert table["phases"].tolist() == own["phases"].tolist()


@pytest.mark.parametrize("command", [["curve", "1"], ["export"]])
def test_without_a_run(tmp_path: Path, capsys: pytest.CaptureFixture[str], command: list[str]) -> None:
    assert main([*command, "--results", str(tmp_path)]) == 1
    assert "does not exist: run tieline screen first" in capsys.readouterr().err


def test_damaged_table_is_named(small_results: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    results = tmp_path / "results"
    shutil.copytree(small_results, results)
    (results / "voltage_curves.parquet").write_text("nothing")
    assert main(["export", "--results", str(results), "--folder", str(tmp_path / "mine")]) == 1
    assert f"tieline: {results / 'voltage_curves.parquet'}: cannot be read" in capsys.readouterr().err
    assert not (tmp_path / "mine").exists()
