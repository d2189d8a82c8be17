"""What a reader does with the report page, in a real browser, beside what the tables say."""

from __future__ import annotations

import base64
import csv
import gzip
import io
import itertools
import json
import re
import shutil

import numpy as np
import pandas as pd
import pyarrow.parquet as pq
import pytest
import small_run

from tieline.report.page.html import page as page_of

browser = pytest.importorskip("browser")

pytestmark = pytest.mark.skipif(browser.CHROMIUM is None, reason="Chromium is not installed")

N_MANY = 40_000

HOSTILE = '<img src=x onerror="document.title=1">"\'>&<b>Ti</b>Si2'
FORMULA = "=HYPERLINK(1)"

ENTER, TAB = 13, 9


@pytest.fixture(scope="module")
def tab(tmp_path_factory):
    with browser.chromium(tmp_path_factory.mktemp("browser") / "profile") as page:
        yield page


@pytest.fixture(autouse=True)
def _nothing_goes_wrong(request):
    """No error in the console, and no request but for the page itself."""
    yield
    if "tab" not in request.fixturenames:
        return
    tab = request.getfixturevalue("tab")
    problems, requests = tab.problems[:], [url for url in tab.requests if not url.startswith(("file:", "about:"))]
    # What a page makes itself and hands to the browser, such as a download, leaves nothing.
    requests = [url for url in requests if not url.startswith(("blob:", "data:"))]
    tab.problems.clear()
    tab.requests.clear()
    assert problems == []
    assert requests == []


@pytest.fixture(scope="module")
def report(small_results, tmp_path_factory):
    """The page alone in a folder, so that it cannot find anything beside it."""
    copy = tmp_path_factory.mktemp("alone") / "report.html"
    shutil.copy(small_results / "report.html", copy)
    return copy


@pytest.fixture(scope="module")
def ranked(small_results):
    return pd.read_csv(small_results / "ranked.csv", dtype=str, keep_default_na=False)


def changed_page(small_results, folder, change):
    """Return a page of the small run whose ranked list `change` has made another."""
    table = pd.read_parquet(small_results / "ranked.parquet")
    schema = pq.read_schema(small_results / "ranked.parquet")
    path = folder / "changed.parquet"
    change(table).to_parquet(path, schema=schema, index=False)
    small_run.run_stage("report.page", small_results, results=folder, inputs={"ranked_table": path})
    return folder / "report.html"


def many_rows(table):
    rng = np.random.default_rng(7)
    many = table.iloc[rng.integers(0, len(table), N_MANY)].reset_index(drop=True)
    symbols = np.array(["Ti", "Fe", "Mg", "Ni", "Cu", "V", "Cr", "Mn", "Co", "Zr"])
    partners = symbols[rng.integers(0, len(symbols), (N_MANY, 2))]
    for name in many.columns:
        if many[name].dtype == np.float64:
            many[name] *= rng.uniform(0.5, 1.5, N_MANY)
    return many.assign(
        rank=np.arange(1, N_MANY + 1),
        partners=[" ".join(pair) for pair in partners],
        phase_b=[f"{one}{n % 7 + 2}{two}Si{n % 5 + 2}" for n, (one, two) in enumerate(partners)],
        coexistence_probability=rng.uniform(0.0, 1.0, N_MANY),
    )


@pytest.fixture(scope="module")
def many(small_results, tmp_path_factory):
    return changed_page(small_results, tmp_path_factory.mktemp("many"), many_rows)


def csv_rows(text):
    return pd.DataFrame(list(csv.DictReader(io.StringIO(text))))


def downloaded(tab):
    """Return what the button saves, read where the page hands it to the browser."""
    tab.run(
        "window.saved = new Promise((keep) => { const make = URL.createObjectURL; URL.createObjectURL = (blob) => "
        "{ URL.createObjectURL = make; keep(blob.text()); return make(new Blob([])); }; }); "
        "[...document.querySelectorAll('button')].find((b) => b.textContent.startsWith('Download')).click()"
    )
    return csv_rows(tab.run("window.saved"))


def fill(tab, name, value):
    tab.run(
        f"(() => {{ const c = document.getElementById({name!r}); c.value = {value!r}; "
        "for (const kind of ['input', 'change']) c.dispatchEvent(new Event(kind, {bubbles: true})); })()"
    )


def test_first_screen_says_what_to_try(tab, report, ranked):
    tab.open(report)
    best = ranked.iloc[0]
    card = tab.run("document.querySelector('.card').innerText")
    assert "Best next to Si" in card
    assert f"{float(best['capacity_expected_mah_per_g']):.0f}\u00a0mAh/g" in card
    assert tab.run("document.querySelector('.card h3 .formula').textContent") == best["phase_b"]
    words = best["composition_wt"].split()
    for symbol, share in zip(words[::2], words[1::2], strict=True):
        assert f"{symbol} {float(share) * 10:.3f}\u00a0g" in card
    top = tab.run("document.querySelector('.card .weigh').getBoundingClientRect().bottom")
    assert top < 1000


def test_list_is_ranked_csv(tab, report, ranked):
    tab.open(report)
    pd.testing.assert_frame_equal(downloaded(tab), ranked)
    first = tab.run("[...document.querySelectorAll('.tabulator-row')].map((r) => r.children[0].innerText)")
    assert first[: len(ranked)] == ranked["rank"].tolist()


def test_filters_and_sorting(tab, report, ranked):
    tab.open(report)
    fill(tab, "filter-claims", "20")
    expected = ranked[ranked["n_claims_met"].astype(int) >= 20]
    assert 0 < len(expected) < len(ranked)
    assert downloaded(tab)["rank"].tolist() == expected["rank"].tolist()
    assert tab.run("document.getElementById('count').textContent") == f"{len(expected)} of {len(ranked)} composites"
    # None of these holds magnesium.
    assert tab.run("document.getElementById('element-Mg').disabled") is True
    assert tab.run("document.getElementById('element-Ti').disabled") is False
    fill(tab, "filter-claims", "")
    tab.run("document.getElementById('element-Mg').click()")
    has_mg = ranked[["Mg" in partners.split() for partners in ranked["partners"]]]
    assert downloaded(tab)["rank"].tolist() == has_mg["rank"].tolist()
    tab.run("document.getElementById('element-Mg').click()")
    tab.run(
        "[...document.querySelectorAll('button.head')].find((b) => b.textContent.startsWith('Expected cap')).click()"
    )
    by_capacity = ranked["capacity_expected_mah_per_g"].astype(float).sort_values()
    assert downloaded(tab)["capacity_expected_mah_per_g"].astype(float).tolist() == by_capacity.tolist()
    assert "sort=capacity_expected_mah_per_g" in tab.run("location.hash")


def test_view_is_in_the_address(tab, report, ranked):
    tab.open(report, "#claims=20&sort=score&dir=asc&x=phase_b_volume_fraction")
    expected = ranked[ranked["n_claims_met"].astype(int) >= 20].sort_values("score", key=lambda s: s.astype(float))
    assert downloaded(tab)["score"].tolist() == expected["score"].tolist()
    assert tab.run("document.getElementById('filter-claims').value") == "20"
    assert tab.run("document.getElementById('choose-x').value") == "phase_b_volume_fraction"


def test_points_of_the_plot_are_the_rows(tab, report, ranked):
    tab.open(report)
    points = tab.run(
        "document.getElementById('trade-off').data.filter((t) => t.customdata && !t.name.startsWith('reference'))"
        ".flatMap((t) => t.customdata.map((rank, n) => [rank, t.x[n], t.y[n]]))"
    )
    expected = ranked[["rank", "phase_b_weight_fraction", "capacity_expected_mah_per_g"]].astype(float)
    assert sorted(points) == expected.to_numpy().tolist()
    stars = tab.run("document.getElementById('trade-off').data.filter((t) => t.name.startsWith('reference')).length")
    assert stars == 1


def test_sheet_of_a_candidate(tab, report, small_results):
    table = pd.read_parquet(small_results / "ranked.parquet")
    row = table[table["phase_b_id"] == "c49"].iloc[0]
    properties = pd.read_parquet(small_results / "properties.parquet")
    at_design = properties[(properties["phase_b_id"] == "c49") & properties["design_point"]].iloc[0]
    curves = pd.read_parquet(small_results / "voltage_curves.parquet")
    curve = curves[(curves["phase_b_id"] == "c49") & (curves["part"] == "composite")]
    tab.open(report)
    tab.run(
        f"[...document.querySelectorAll('.tabulator-row a')].find((a) => a.hash.includes('c={row['rank']}')).click()"
    )
    tab.wait("document.querySelector('.sheet') && document.documentElement.dataset.structures")
    text = tab.run("document.querySelector('.sheet').innerText")
    assert f"Rank {row['rank']} of {len(table)}" in text
    assert f"{row['capacity_expected_mah_per_g']:.0f}\u00a0mAh/g" in text
    assert f"{at_design['liquidus_estimate_k']:.0f}\u00a0K" in text
    voltages = tab.run("document.getElementById('voltage').data.find((t) => t.name.startsWith('A + B')).y")
    assert sorted(set(voltages[:-1]), reverse=True) == pytest.approx(curve["voltage_v"].tolist(), abs=1e-4)
    assert tab.run("document.querySelectorAll('.chart tbody tr').length") == 30
    # Weigh in 25 g.
    fill(tab, "batch", "25")
    words = row["composition_wt"].split()
    cells = tab.run("[...document.querySelectorAll('.block table')][0].innerText")
    for symbol, share in zip(words[::2], words[1::2], strict=True):
        assert symbol in cells
        assert f"{float(share) * 25:.3f}" in cells
    tab.run("history.back()")
    tab.wait("document.getElementById('overview')")
    assert tab.run("document.title") == "tieline: two-phase negative electrodes"


def test_two_side_by_side(tab, report, ranked):
    tab.open(report, "#c=1&vs=2")
    heads = tab.run("[...document.querySelectorAll('.compare thead th')].map((c) => c.textContent)")
    assert heads == ["", *(f"{row.phase_a} + {row.phase_b}" for row in ranked.head(2).itertuples())]
    cost = tab.run(
        "[...document.querySelectorAll('.compare tbody tr')]"
        ".find((r) => r.innerText.startsWith('Cost of el')).innerText"
    )
    for row in ranked.head(2).itertuples():
        assert f"{row.cost_usd_per_kg}\u00a0USD/kg" in cost


@pytest.mark.parametrize("width", [1400, 390])
@pytest.mark.parametrize("fragment", ["", "#c=1", "#c=1&vs=2"])
def test_nothing_is_wider_than_the_window(tab, report, width, fragment):
    tab.open(report, fragment, width=width)
    assert tab.run("document.documentElement.scrollWidth") <= width


def test_keyboard_alone(tab, report):
    """Tab reaches filters, elements, heads of columns and rows; Enter opens a sheet."""
    tab.open(report)
    reached = set()
    for _ in range(120):
        tab.press("Tab", TAB)
        reached.add(
            tab.run("(({id, className, tagName, hash}) => id || className || hash || tagName)(document.activeElement)")
        )
        if tab.run("Boolean(document.activeElement.closest('.tabulator-row'))"):
            break
    assert {"filter-host", "filter-q", "filter-reported", "choose-mode", "element-Ti", "head"} <= reached
    tab.press("Enter", ENTER)
    tab.wait("document.querySelector('.sheet')")


CONTRAST = """(() => {
  const light = (text) => { const [r, g, b] = text.match(/[\\d.]+/g).map(Number).map((c) => c / 255)
    .map((c) => (c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4));
    return 0.2126 * r + 0.7152 * g + 0.0722 * b; };
  const ground = (node) => { for (let n = node; n; n = n.parentElement) { const c = getComputedStyle(n).backgroundColor;
    if (!/, 0\\)$|transparent/.test(c)) return c; } return 'rgb(255,255,255)'; };
  const poor = [];
  for (const node of document.querySelectorAll('main *')) {
    const text = [...node.childNodes].some((n) => n.nodeType === 3 && n.textContent.trim());
    if (!text || node.disabled || !node.getClientRects().length) continue;
    if (node.closest('svg, .js-plotly-plot, noscript')) continue;
    const back = ground(node); if (/^rgba/.test(back)) continue;
    const [one, two] = [light(getComputedStyle(node).color), light(back)].sort((a, b) => b - a);
    if ((one + 0.05) / (two + 0.05) < 4.5) poor.push(`${node.className}: ${node.textContent.slice(0, 30)}`);
  }
  return poor;
})()"""

UNNAMED = """[...document.querySelectorAll('button, a[href], input, select, summary, [role=img], [role=region]')]
  .filter((node) => !(node.getAttribute('aria-label') || node.labels?.length || node.textContent.trim() || node.title))
  .filter((node) => !node.closest('.modebar')).map((node) => node.outerHTML.slice(0, 80))"""


@pytest.mark.parametrize("fragment", ["", "#c=1", "#c=1&vs=2"])
def test_readable_and_named(tab, report, fragment):
    """Contrast of 4.5 (WCAG 2.2, AA), a name for every control and picture, one main heading, a language."""
    tab.open(report, fragment)
    assert tab.run(CONTRAST) == []
    assert tab.run(UNNAMED) == []
    assert tab.run("document.querySelectorAll('h1').length") == 1
    assert tab.run("document.documentElement.lang") == "en"
    levels = tab.run("[...document.querySelectorAll('h1,h2,h3')].map((h) => Number(h.tagName[1]))")
    assert all(later - earlier <= 1 for earlier, later in itertools.pairwise(levels))


def test_many_rows(tab, many):
    assert many.stat().st_size < 15e6
    # Processor time, which other work on the machine lengthens less than the wait; 2 s on an idle one.
    tab.send("Performance.enable", timeDomain="threadTicks")
    tab.open(many)
    metrics = {m["name"]: m["value"] for m in tab.send("Performance.getMetrics")["metrics"]}
    assert metrics["TaskDuration"] < 6.0
    assert tab.run("document.getElementById('count').textContent") == f"{N_MANY} of {N_MANY} composites"
    fill(tab, "filter-p", "0.9")
    expected = pd.read_parquet(many.with_name("changed.parquet"))
    kept = expected[expected["coexistence_probability"].round(4) >= 0.9]
    found = downloaded(tab)
    assert found["rank"].astype(int).tolist() == kept["rank"].tolist()
    assert found["phase_b"].tolist() == kept["phase_b"].tolist()
    assert found["cost_usd_per_kg"].tolist() == [
        "" if pd.isna(cost) else f"{cost:.2f}" for cost in kept["cost_usd_per_kg"].round(2)
    ]


def test_names_do_nothing(tab, small_results, tmp_path):
    """HTML, scripts and formulas in names are shown as they stand."""

    block = re.search(r'id="content">([^<]*)<', (small_results / "report.html").read_text("utf-8"))[1]

    content = json.loads(gzip.decompress(base64.b64decode(block)))
    names = content["table"]["phase_b"]["values"]
    names[:2] = HOSTILE, FORMULA
    for name in ("phase_a_id", "phase_b_id", "phase_b1_id", "system", "melting_route", "design_note"):
        content["table"][name]["values"] = [HOSTILE] * len(content["table"][name]["values"])
    content["phases"] = {HOSTILE: next(iter(content["phases"].values()))}
    for sheet in content["sheets"].values():
        for phase in sheet["diagram"]["phases"]:
            phase["formula"] = phase["id"] = HOSTILE
        for step in sheet["curves"]["composite"]:
            step["phases"] = HOSTILE
        sheet["claims"][0][-1] = HOSTILE
    content["run"]["sources"][0]["title"] = content["meta"]["version"] = HOSTILE
    page = tmp_path / "report.html"
    page.write_text(page_of(content), "utf-8")
    tab.open(page)
    assert tab.run("document.querySelector('.card h3 .formula').textContent") == HOSTILE
    assert tab.run("document.querySelectorAll('main img').length") == 0
    found = downloaded(tab)
    assert {HOSTILE, f"'{FORMULA}"} <= set(found["phase_b"])
    for fragment in ("#c=1", "#c=1&vs=2", "#q=%3Cimg%20src%3Dx%3E&el=%3Cb%3E&by=constructor&x=__proto__"):
        tab.open(page, fragment)
        assert tab.run("document.querySelectorAll('main img').length") == 0
        assert tab.run("document.title") != "1"


def test_no_candidates(tab, small_results, tmp_path):
    page = changed_page(small_results, tmp_path, lambda table: table.iloc[:0])
    for width in (1400, 390):
        tab.open(page, width=width)
        text = tab.run("document.body.innerText")
        assert "No composite is ranked" in text
        assert "screened" in tab.run("document.querySelector('.card.empty').innerText")
        assert tab.run("document.documentElement.scrollWidth") <= width


def test_host_without_candidates(tab, small_results, tmp_path):
    small_run.run_stage("report.page", small_results, results=tmp_path, space={"hosts": ["Si", "Sn"]})
    tab.open(tmp_path / "report.html")
    cards = tab.run("[...document.querySelectorAll('.card')].map((c) => c.innerText)")
    assert "Best next to Si" in cards[0]
    assert "Next to Sn" in cards[1]
    assert "No composite is ranked" in cards[1]


def test_prints_on_a4(tab, report):
    tab.open(report, "#c=1")
    pdf = tab.pdf()
    # 210 x 297 mm in points.
    assert b"/MediaBox [0 0 594" in pdf or b"/MediaBox [0 0 595" in pdf
    assert 1 <= pdf.count(b"/Type /Page\n") <= 8
