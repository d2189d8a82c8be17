"""Tables as spreadsheets and databases write them; each holds the same three silicides."""

from __future__ import annotations

import logging

import pandas as pd
import pytest

from tieline.core.errors import PhaseDataError
from tieline.core.files import write_csv
from tieline.phases.column_names import choose_columns, nearest_name
from tieline.phases.decimal_marks import with_decimal_points
from tieline.phases.files import read_file_source
from tieline.phases.source_settings import FileSource

ENERGIES = {"si": 0.0, "ti": 0.0, "tisi2": -0.52, "tisi": -0.701}
VOLUMES = {"si": 20.4, "ti": 17.1, "tisi2": 14.25, "tisi": 14.125}
FORMULAS = {"si": "Si", "ti": "Ti", "tisi2": "TiSi2", "tisi": "TiSi"}
HEADER = ["phase_id", "formula", "formation_energy_ev_per_atom", "volume_a3_per_atom"]


def table(separator=",", mark=".", header=HEADER, end="\n"):
    rows = [
        [name, FORMULAS[name], f"{ENERGIES[name]:g}".replace(".", mark), f"{VOLUMES[name]:g}".replace(".", mark)]
        for name in ENERGIES
    ]
    return end.join(separator.join(row) for row in [header, *rows]) + end


def read(path, content, encoding="utf-8", **more):
    path.write_bytes(content if isinstance(content, bytes) else content.encode(encoding))
    return read_file_source(FileSource(kind="file", path=path, energy_level="x", **more))


def check(reading):
    assert reading.rejected.empty
    phases = reading.phases.set_index("phase_id")
    assert phases["formation_energy_ev_per_atom"].to_dict() == pytest.approx(ENERGIES)
    assert phases["volume_a3_per_atom"].to_dict() == pytest.approx(VOLUMES)
    assert phases["formula"].to_dict() == FORMULAS


@pytest.mark.parametrize(
    "encoding", ["utf-8", "utf-8-sig", "latin-1", "utf-16", "utf-16-le", "utf-16-be", "utf-32", "cp1252"]
)
@pytest.mark.parametrize(("separator", "mark"), [(",", "."), (";", ","), (";", "."), ("\t", ","), ("|", ".")])
def test_encodings_and_separators(tmp_path, encoding, separator, mark):
    check(read(tmp_path / "x.csv", table(separator, mark, end="\r\n"), encoding))


@pytest.mark.parametrize(("encoding", "said"), [("cp1252", "cp1252"), ("utf-8", "utf-8"), ("utf-16", "utf-16")])
def test_umlauts_and_what_is_said(tmp_path, caplog, encoding, said):
    caplog.set_level(logging.INFO)
    text = "phase_id;formula;formation_energy_ev_per_atom\nprobe-ä;Si;0,0\nti;Ti;0,0\n"
    reading = read(tmp_path / "x.csv", text, encoding)
    assert reading.phases["phase_id"].tolist() == ["probe-ä", "ti"]
    assert f"x.csv: {said}, separated by semicolons, decimal commas; all columns are read" in caplog.text


@pytest.mark.parametrize(
    "text",
    [
        "sep=;\n" + table(";", ","),
        "# from a notebook\n\n" + table() + "\n# the end, with a comma\n",
        table(header=[*HEADER[:2], "Formation Energy (eV/atom)", "Volume per atom (Å^3)"]),
        table(header=["Phase ID", " Formula ", '"formation energy\n(eV/atom)"', "Volume_A3_per_atom"]),
        table(header=["material_id", "formula_pretty", "formation_energy_per_atom", "volume_a3_per_atom"]),
        table(header=["entry_id", "name", "delta_e", "volume_a3_per_atom"]),
        "\n".join(line + ",," for line in table().splitlines()) + "\n,,,,,\n,,,,,\n",
        table().replace("-", "\N{MINUS SIGN}"),
    ],
)
def test_headers_comments_and_empty_cells(tmp_path, text):
    check(read(tmp_path / "x.csv", text))


def test_quoted_line_break_in_a_column_that_is_not_read(tmp_path, caplog):
    caplog.set_level(logging.INFO)
    lines = table().splitlines()
    text = "\n".join([lines[0] + ",note", *(f'{line},"two\nlines, ""quoted"""' for line in lines[1:])])
    reading = read(tmp_path / "x.csv", text + "\nx,Xx,0,20,\n")
    assert "not read: 'note'" in caplog.text
    # The header is line 1, and four rows take two lines each.
    assert reading.rejected["row"].tolist() == ["10"]


def test_columns_that_are_not_read_get_a_word(tmp_path, caplog):
    caplog.set_level(logging.INFO)
    read(tmp_path / "x.csv", "material_id,formula,formation_energy,volume,band_gap\nsi,Si,0,40,0.6\n")
    assert "read 'material_id' as phase_id, 'formation_energy' as formation_energy_ev_per_atom; " in caplog.text
    assert "not read: 'volume' (did you mean 'volume_a3_per_atom'?), 'band_gap'" in caplog.text
    assert "column 'formation_energy' names no unit and is read as eV/atom" in caplog.text


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("id;formula;e_form\na;Si;0,5\nb;Ti;0.25\n", r"decimal commas \(.*'0,5' in row 2\) beside decimal points"),
        ('id,formula,e_form\na,Si,"1,234"\n', r"'1,234' in row 2 has a decimal mark or one between thousands"),
        ("id;formula;e_form\na;Si;0,5\nb;Ti;1.234\n", r"'1\.234' in row 3 has a decimal mark or one between"),
        ("id,formula,e_form,volume_per_atom\na,TiSi2,-0,52\n", "row 2: formation_energy_ev_per_atom is -0;"),
        ("id,formula,e_form\na,TiSi2,-0,52\n", "line 2 has 4 cells, the header 3"),
        (
            "id,formula,formation energy (kJ/mol)\na,Si,0\n",
            r"'formation energy \(kJ/mol\)' is not said to be in eV/atom",
        ),
        ("id,formula,formation energy (eV)\na,Si,0\n", r"'formation energy \(eV\)' is not said to be in eV/atom"),
        ("id,formula,gap\na,Si,0\n", "no energy column; map one of .* to one of id, formula, gap"),
        ("id,Formula,FORMULA,e_form\na,Si,Si,0\n", "columns 'Formula' and 'FORMULA' may both be formula"),
        ("id,formula,formula,e_form\na,Si,Si,0\n", "two columns are called 'formula'"),
        ('id,formula,e_form\na,Si,"0\n', r"cannot be read \(line 2: unexpected end of data"),
        ("", "the file is empty"),
    ],
)
def test_what_could_mean_two_things_is_refused(tmp_path, text, message):
    with pytest.raises(PhaseDataError, match=message):
        read(tmp_path / "x.csv", text)


def test_a_row_that_starts_with_a_number_sign(tmp_path):
    reading = read(tmp_path / "x.csv", table() + "#a,TiSi2,-0.4,14\n")
    assert reading.rejected["reason"].tolist() == ["the row starts with #: is it a comment? Take it out, or the # away"]
    assert reading.rejected["row"].tolist() == ["6"]


@pytest.mark.parametrize(
    ("cells", "numbers"),
    [
        (["1.234,5", "0,5"], [1234.5, 0.5]),
        (["1,234.5", "0.5"], [1234.5, 0.5]),
        (["1 234.5", "1'234.5"], [1234.5, 1234.5]),
        (["-0,520", "3"], [-0.52, 3]),
        (["1,234", "-0,5"], [1.234, -0.5]),
        (["1.234", "2.5"], [1.234, 2.5]),
        (["1.234"], [1.234]),
        (["-5,2e-1"], [-0.52]),
    ],
)
def test_decimal_marks(cells, numbers):
    read_as, _ = with_decimal_points({"e": cells}, range(len(cells)), "x")
    assert [float(text) for text in read_as["e"]] == numbers


def test_excel(tmp_path):
    """Numbers and texts, a title row as a comment, and empty rows and columns after the table."""
    path = tmp_path / "x.xlsx"
    rows = [[n, FORMULAS[n], ENERGIES[n], f"{VOLUMES[n]:g}".replace(".", ","), ""] for n in ENERGIES]
    frame = pd.DataFrame([["# silicides"] + [""] * 4, [*HEADER, ""], *rows, [""] * 5])
    with pd.ExcelWriter(path) as writer:
        frame.to_excel(writer, sheet_name="phases", header=False, index=False)
        pd.DataFrame({"note": ["of no use"]}).to_excel(writer, sheet_name="notes", index=False)
    check(read_file_source(FileSource(kind="file", path=path, energy_level="x")))


def test_excel_of_two_tables(tmp_path):
    path = tmp_path / "x.xlsx"
    frame = pd.DataFrame({"phase_id": ["si"], "formula": ["Si"], "formation_energy_ev_per_atom": [0.0]})
    with pd.ExcelWriter(path) as writer:
        frame.to_excel(writer, sheet_name="a", index=False)
        frame.to_excel(writer, sheet_name="b", index=False)
    with pytest.raises(PhaseDataError, match="needs one sheet with phases, found 'a', 'b'"):
        read_file_source(FileSource(kind="file", path=path, energy_level="x"))


@pytest.mark.parametrize("content", [b"", b"PK\x03\x04", b"phase_id,formula\n"])
def test_no_excel(tmp_path, content):
    path = tmp_path / "x.xlsx"
    path.write_bytes(content)
    with pytest.raises(PhaseDataError, match=r"x\.xlsx: cannot be read"):
        read_file_source(FileSource(kind="file", path=path, energy_level="x"))


def test_own_names_win():
    chosen = choose_columns(["id", "phase_id", "energy_per_atom", "total_energy_ev", "formula"], {}, "x")
    assert chosen.names == {"phase_id": "phase_id", "formula": "formula", "total_energy_ev": "total_energy_ev"}
    assert chosen.unread == ("id", "energy_per_atom")


def test_a_formation_energy_is_read_before_a_total_one():
    chosen = choose_columns(["material_id", "energy_per_atom", "Formation Energy (eV/atom)"], {}, "x")
    assert chosen.names["formation_energy_ev_per_atom"] == "Formation Energy (eV/atom)"
    assert "total_energy_ev_per_atom" not in chosen.names


def test_a_mapped_column_of_another_unit():
    with pytest.raises(PhaseDataError, match="mapped to formation_energy_ev_per_atom, but its name says another unit"):
        choose_columns(["dH (kJ/mol)"], {"formation_energy_ev_per_atom": "dH (kJ/mol)"}, "x")


@pytest.mark.parametrize(("column", "hint"), [("volume", "volume_a3_per_atom"), ("phaseid", "phase_id"), ("x", "")])
def test_nearest_names(column, hint):
    assert nearest_name(column) == (f" (did you mean {hint!r}?)" if hint else "")


def test_ids_that_a_spreadsheet_would_compute_come_back(tmp_path):
    phases = pd.DataFrame(
        {
            "phase_id": ["=si", "-b", "@c"],
            "formula": ["Si", "Ti", "TiSi2"],
            "formation_energy_ev_per_atom": [0, 0, -0.5],
        }
    )
    write_csv(phases, tmp_path / "x.csv")
    assert (tmp_path / "x.csv").read_text("utf-8").splitlines()[1] == "'=si,Si,0.0"
    reading = read_file_source(FileSource(kind="file", path=tmp_path / "x.csv", energy_level="x"))
    assert reading.phases["phase_id"].tolist() == ["=si", "-b", "@c"]
