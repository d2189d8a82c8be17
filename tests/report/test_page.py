"""The report page holds the numbers of the tables, and nothing in it can run or reach a network."""

from __future__ import annotations

import base64
import gzip
import hashlib
import json
import math
import re
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import small_run

from tieline.core.columns import Column
from tieline.microstructure.diffraction import Lines
from tieline.microstructure.profile import Profile
from tieline.microstructure.visibility import Detection
from tieline.ranking.columns import RANKED_COLUMNS
from tieline.ranking.settings import Reference
from tieline.report.page.choice import chosen_for_sheets
from tieline.report.page.columnar import columnar
from tieline.report.page.diagrams import phase_diagram
from tieline.report.page.facts import described_sources, funnel
from tieline.report.page.html import SCRIPTS, page
from tieline.report.page.links import database_page
from tieline.report.page.patterns import hidden_lines
from tieline.report.page.sheets import SHEET_COLUMNS
from tieline.report.page.titles import TITLES
from tieline.thermo.phase_arrays import PhaseArrays
from tieline.thermo.systems import SystemHulls

DATA_BLOCK = re.compile(r'<script type="application/octet-stream" id="([\w-]+)">([^<]*)</script>')


def unpacked(html: str) -> dict[str, str]:
    return {name: gzip.decompress(base64.b64decode(text)).decode() for name, text in DATA_BLOCK.findall(html)}


def content_of(path: Path):
    return json.loads(unpacked(path.read_text("utf-8"))["content"])


@pytest.fixture(scope="module")
def content(small_results):
    return content_of(small_results / "report.html")


def values(cells):
    return cells if isinstance(cells, list) else [None if c < 0 else cells["values"][c] for c in cells["codes"]]


def test_table_is_ranked_csv(content, small_results):
    """Each cell, written with the digits of its column, is that of the CSV file."""
    text = pd.read_csv(small_results / "ranked.csv", dtype=str, keep_default_na=False)
    assert [column["name"] for column in content["columns"]] == text.columns.tolist()
    for column in content["columns"]:
        shown = [
            "" if value is None else f"{value:.{column['decimals']}f}" if column["decimals"] is not None else str(value)
            for value in values(content["table"][column["name"]])
        ]
        assert shown == text[column["name"]].tolist(), column["name"]


def test_sheets_are_of_the_tables(content, small_results):
    ranked = pd.read_parquet(small_results / "ranked.parquet")
    properties = pd.read_parquet(small_results / "properties.parquet")
    claims = pd.read_csv(small_results / "claims.csv", keep_default_na=False)
    curves = pd.read_parquet(small_results / "voltage_curves.parquet")
    assert content["sheets"].keys() == {str(rank) for rank in ranked["rank"]}
    keys = ["system", "phase_a_id", "phase_b_id"]
    for _, row in ranked.iterrows():
        sheet = content["sheets"][str(row["rank"])]
        own = properties[(properties[keys] == row[keys]).all(axis=1)]
        at_design = own[own["phase_b_weight_fraction"] == row["phase_b_weight_fraction"]].iloc[0]
        for column in SHEET_COLUMNS:
            value = at_design[column.name]
            if column.decimals is None or pd.isna(value):
                continue
            assert sheet["properties"][column.name] == pytest.approx(value, abs=0.51 * 10**-column.decimals)
        weights = own["phase_b_weight_fraction"].round(4).drop_duplicates().sort_values()
        assert [share[0] for share in sheet["shares"]] == weights.tolist()
        chart = claims[claims["rank"] == row["rank"]]
        assert [[int(n), *rest] for n, *rest in sheet["claims"]] == chart[
            ["claim", "verdict", "basis", "evidence"]
        ].to_numpy(object).tolist()
        steps = curves[(curves[keys] == row[keys]).all(axis=1)]
        for part, plateaus in sheet["curves"].items():
            expected = steps[steps["part"] == part].sort_values("step")
            assert [step["phases"] for step in plateaus] == expected["phases"].tolist()
            assert [step["to"] for step in plateaus] == pytest.approx(expected["capacity_to_mah_per_g"], abs=0.051)
            assert [step["voltage"] for step in plateaus] == pytest.approx(expected["voltage_v"], abs=0.000051)


def test_funnel_counts_the_tables(content, small_results):
    counted = {step["step"]: step["count"] for step in content["run"]["funnel"]}
    systems = pd.read_csv(small_results / "systems.csv")
    # Si with Mg, with Ti, and with both.
    assert counted["Chemical systems in the search space"] == len(systems) == 3
    assert counted["Phases in the run"] == len(pd.read_parquet(small_results / "phases.parquet"))
    tested = pd.read_parquet(small_results / "work/pair_counts.parquet")["n_tested"]
    assert counted["Pairs A + B tested"] == tested.sum()
    assert counted["Composites ranked"] == len(pd.read_csv(small_results / "ranked.csv"))


def test_elements_without_data_are_counted():
    systems = pd.DataFrame(
        {
            "status": ["screened", "no data for element Tc", "no phase B candidate"],
            "n_coexisting": [2, 0, 0],
            "n_mixtures_kept": [1, 0, 0],
        }
    )
    counts = {"counts": {"phases": 9, "phases_excluded": 1, "composites": 3}}
    found = funnel(systems, pd.DataFrame({"n_tested": [5, 2]}), counts, 2)
    assert [step["count"] for step in found] == [3, 2, 9, 7, 2, 3, 2]


def test_every_column_has_a_title():
    assert {column.name for column in (*RANKED_COLUMNS, *SHEET_COLUMNS)} == set(TITLES)


def test_weigh_in_adds_up(content):
    for text in values(content["table"]["composition_wt"]):
        words = text.split()
        assert sum(map(float, words[1::2])) == pytest.approx(1.0, abs=2e-4)


def test_digits_are_those_of_csv():
    """Halves that binary fractions miss are rounded as in the CSV files, and -0.0 is 0."""
    column = Column("x", "", "1", 2)
    numbers = [0.125, 0.375, 2.675, -0.001, math.nan]
    found = columnar(pd.DataFrame({"x": numbers}), [column])["x"]
    text = (pd.Series(numbers).round(2) + 0.0).map("{:.2f}".format, na_action="ignore")
    assert [f"{value:.2f}" for value in found[:-1]] == text.tolist()[:-1]
    assert found[-1] is None


def test_each_host_has_sheets():
    frame = pd.DataFrame(
        {
            "rank": range(1, 7),
            "host": ["Si"] * 4 + ["Sn"] * 2,
            "phase_a": ["Si"] * 4 + ["Sn"] * 2,
            "phase_b": ["FeSi2", "CrSi2", "VSi2", "TiSi2", "Cu6Sn5", "FeSn2"],
        }
    )
    reference = Reference(a="Si", b="Si2Ti")
    assert chosen_for_sheets(frame, reference, 3)["rank"].tolist() == [1, 2, 4, 5]
    assert chosen_for_sheets(frame, reference, 0)["rank"].tolist() == [4]
    assert chosen_for_sheets(frame.iloc[:0], reference, 3).empty


def test_few_sheets(small_results, tmp_path):
    small_run.run_stage("report.page", small_results, results=tmp_path, report={"sheets": 0})
    content = content_of(tmp_path / "report.html")
    ranked = pd.read_csv(small_results / "ranked.csv")
    assert content["sheets"].keys() == {str(rank) for rank in ranked["rank"][ranked["phase_b"] == "TiSi2"]}


def test_diagram_of_three_elements():
    """A square of phases in a triangle: AB and AC are stable, and C-AB is a tie-line but not B-AC."""
    table = pd.DataFrame(
        {
            "phase_id": ["a", "b", "c", "ab", "ac", "high"],
            "formula": ["Si", "Ti", "Mg", "SiTi", "SiMg", "TiMg"],
            "formation_energy_ev_per_atom": [0.0, 0.0, 0.0, -0.5, -0.1, 0.4],
            "volume_a3_per_atom": 15.0,
        }
    )
    arrays = PhaseArrays.from_table(table)
    found = phase_diagram(["Si", "Ti", "Mg"], ["a", "ab"], table, arrays, SystemHulls(arrays))
    assert found["elements"] == ["Mg", "Si", "Ti"]
    ids = [phase["id"] for phase in found["phases"]]
    # 0.4 eV above the hull, and no part of the composite.
    assert sorted(ids) == ["a", "ab", "ac", "b", "c"]
    edges = {frozenset((ids[one], ids[other])) for one, other in found["edges"]}
    assert {"c", "ab"} in edges
    assert {"a", "ab"} in edges
    assert {"b", "ac"} not in edges
    by_id = {phase["id"]: phase for phase in found["phases"]}
    assert by_id["ab"]["fractions"] == [0.0, 0.5, 0.5]
    assert by_id["ab"]["above"] == 0.0


@pytest.mark.parametrize(("intensity", "expected"), [(0.04, [True, False]), (0.02, [True, True])])
def test_hidden_lines_by_hand(intensity, expected):
    """A line that one of B covers needs half of its height, a free one 2.5 % of it.

    Equal volumes and crystallites of 20 nm. At 60 degrees lines are 10 % lower than at 30, for crystallites widen them
    by 1 / cos(theta): a free line of 0.04 of B's intensity has 0.036 of its height, one of 0.02 has 0.018.
    """
    detection = Detection(Profile(1.54184, 0.1, 0.9, 0.5), 20.0, background_fraction=0.05, limit=0.5)
    a = Lines(np.array([30.0, 60.0]), np.array([intensity, intensity]))
    b = Lines(np.array([30.0]), np.array([1.0]))
    assert hidden_lines(detection, a, b, 0.5, 20.0).tolist() == expected


def test_hidden_lines_agree_with_the_detection_size(content, small_results):
    """Below the size at which A is detected all of its lines are hidden, above it some stand out."""
    ranked = pd.read_parquet(small_results / "ranked.parquet").set_index("rank")
    size = content["meta"]["size_a_nm"]
    patterns = {int(rank): sheet["pattern"] for rank, sheet in content["sheets"].items() if sheet["pattern"]}
    assert patterns
    for rank, pattern in patterns.items():
        seen = any(not hidden for _, _, hidden in pattern["lines_a"])
        assert seen == (size > ranked.loc[rank, "a_xrd_detection_size_nm"])


def test_structures_are_conventional_cells(content):
    """Silicon has 8 atoms in a cube of 5.431 angstrom."""
    silicon = content["phases"]["si"]
    assert silicon["numbers"] == [14] * 8
    assert silicon["lattice"] == pytest.approx(np.diag([5.431] * 3).ravel(), abs=1e-3)
    assert "numbers" not in content["phases"]["mg2si"]


@pytest.mark.parametrize(
    ("phase_id", "address"),
    [
        ("mp-149", "https://next-gen.materialsproject.org/materials/mp-149"),
        ("oqmd-4061139", "https://oqmd.org/materials/entry/4061139"),
        ("agm002153972", "https://alexandria.icams.rub.de/pbe/v1/structures/agm002153972"),
        ("mp-149/../x", None),
        ("javascript:alert(1)//mp-149", None),
        ("mine", None),
    ],
)
def test_database_pages(phase_id, address):
    assert database_page(phase_id) == address


def test_sources_are_cited():
    provider = {"provider": "oqmd", "licence": "CC BY 4.0"}
    common = {"versions": ["1"], "energy_levels": ["PBE"], "n_phases": 3}
    sources = [
        {"kind": "optimade", "names": ["a"], "provider": provider, **common},
        {"kind": "materials_project", "names": ["b"], "licences": ["CC BY-NC 4.0"], **common},
        {"kind": "file", "names": ["my table"], **common},
    ]
    oqmd, project, own = described_sources({"sources": sources})
    assert (oqmd["doi"], oqmd["licence"]) == ("10.1007/s11837-013-0755-4", "CC BY 4.0")
    assert (project["doi"], project["licence"]) == ("10.1063/1.4812323", "CC BY-NC 4.0")
    assert (own["title"], own["doi"], own["licence"]) == ("my table", "", "not stated")


def test_agreement_with_experiment(content, small_results):
    scores = pd.read_csv(small_results / "validation_scores.csv")
    shown = content["run"]["agreement"]["coexistence"]
    wanted = scores[scores["rule"].isin(["lists", "assessed"])]
    assert [(row["host"], row["precision"]) for row in shown] == [
        (row.host, round(row.precision, 2)) for row in wanted.itertuples()
    ]
    activity = pd.read_csv(small_results / "validation_activity.csv")
    assert content["run"]["agreement"]["activity"]["of"] == len(activity)


HOSTILE = "</script><script>alert(1)</script><!--"


def test_no_text_ends_an_element():
    html = page({"name": HOSTILE, "other": "$policy ${style} &lt; \u2028"})
    assert json.loads(unpacked(html)["content"])["name"] == HOSTILE
    assert "alert(1)" not in html
    assert html.count("</script>") == html.count("<script")


def test_policy_knows_every_script_and_no_address(small_results):
    html = (small_results / "report.html").read_text("utf-8")
    policy = re.search(r'http-equiv="Content-Security-Policy" content="([^"]*)"', html)[1]
    directives = dict(part.strip().split(" ", 1) for part in policy.split(";"))
    assert directives["default-src"] == "'none'"
    assert "unsafe" not in directives["script-src"]
    assert not re.search(r"https?:|\*", policy)
    assert set(directives) == {"default-src", "script-src", "style-src", "img-src", "base-uri", "form-action"}
    blocks = unpacked(html)
    (own,) = re.findall(r"<script>(.*?)</script>", html, re.DOTALL)
    scripts = [own, *(text for name, text in blocks.items() if name.startswith("library-"))]
    hashes = {"'sha256-" + base64.b64encode(hashlib.sha256(text.encode()).digest()).decode() + "'" for text in scripts}
    assert set(directives["script-src"].split()) == hashes
    assert len(scripts) == 4
    assert not re.search(r'<(?:link|img|iframe|base|object)\b|\bsrc="|\son\w+="', html)


def test_page_is_the_same_twice(small_results, tmp_path):
    for name in ("first", "second"):
        small_run.run_stage("report.page", small_results, results=tmp_path / name)
    assert (tmp_path / "first/report.html").read_bytes() == (tmp_path / "second/report.html").read_bytes()


def test_own_scripts_write_no_html():
    """Text enters the page as text: none of the ways by which it could enter as HTML or code is used."""
    from tieline.report.page.html import ASSETS

    for name in SCRIPTS:
        script = (ASSETS / name).read_text("utf-8")
        assert not re.search(r"innerHTML|outerHTML|insertAdjacentHTML|document\.write|\beval\b|new Function", script), (
            name
        )
