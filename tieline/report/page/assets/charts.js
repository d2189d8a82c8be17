// Figures, drawn by plotly as SVG: nothing needs WebGL or code made at run time.

const INK = "#1f2933", QUIET = "#697586", GRID = "#e4e7eb";
const HUES = ["#0b5cad", "#b45309", "#0f766e", "#7c3aed", "#be123c", "#4d7c0f"];
const hueOf = (host) => HUES[Math.max(DATA.meta.hosts.indexOf(host), 0) % HUES.length];

const axis = (title, more = {}) => ({
  title: { text: title, standoff: 8 }, gridcolor: GRID, zerolinecolor: GRID, linecolor: QUIET, ticks: "outside",
  tickcolor: QUIET, automargin: true, ...more,
});

function draw(node, traces, layout) {
  const base = {
    font: { family: "system-ui, sans-serif", size: 13, color: INK }, paper_bgcolor: "white", plot_bgcolor: "white",
    margin: { l: 60, r: 16, t: 30, b: 52 }, hoverlabel: { align: "left" }, autosize: true,
    legend: { orientation: "h", y: -0.2, yanchor: "top", x: 0, font: { size: 12 } },
  };
  const config = {
    responsive: true, displaylogo: false, displayModeBar: window.innerWidth < 700 ? false : "hover", modeBarButtonsToRemove: ["select2d", "lasso2d", "autoScale2d"],
    plotlyServerURL: "", showSendToCloud: false, scrollZoom: false,
  };
  node.style.height = `${layout.height}px`;
  return Plotly.react(node, traces, { ...base, ...layout }, config);
}

// On paper two figures stand side by side on A4, 182 mm between the margins.
function fitFigures(onPaper) {
  for (const node of document.querySelectorAll(".js-plotly-plot")) {
    const height = parseFloat(node.style.height);
    Plotly.relayout(node, onPaper ? { autosize: false, width: 325, height: 270, "font.size": 9, "legend.font.size": 8 }
      : { autosize: true, width: null, height, "font.size": 13, "legend.font.size": 12 });
  }
}

const MOST_POINTS = 3000;

// Capacity against B: a point for each shown composite, lines for those whose other weight fractions are known.
function drawTradeOff(node, rows, state) {
  const { x, y } = state;
  const known = rows.filter((row) => row[x] !== null && row[y] !== null);
  const points = known.slice().sort((one, other) => one.rank - other.rank).slice(0, MOST_POINTS);
  const traces = [];
  const place = { phase_b_weight_fraction: 0, phase_b_volume_fraction: 1 }[x];
  if (y === "capacity_expected_mah_per_g") {
    const line = { x: [], y: [] };
    for (const row of points) {
      for (const share of DATA.sheets[row.rank]?.shares ?? []) { line.x.push(share[place]); line.y.push(share[2]); }
      line.x.push(null); line.y.push(null);
    }
    traces.push({ ...line, mode: "lines", line: { color: "#d5dae1", width: 1 }, hoverinfo: "skip",
      name: "other weight fractions" });
  }
  for (const host of DATA.meta.hosts) {
    const own = points.filter((row) => row.host === host);
    for (const front of [false, true]) {
      const part = own.filter((row) => (row.pareto_rank === 1) === front);
      if (!part.length) continue;
      traces.push({
        x: part.map((row) => row[x]), y: part.map((row) => row[y]), customdata: part.map((row) => row.rank),
        text: part.map((row) => `<b>${formulaMarkup(nameOf(row))}</b><br>rank ${row.rank}`), mode: "markers",
        marker: { color: front ? hueOf(host) : "white", size: front ? 9 : 7, line: { color: hueOf(host), width: 1.5 } },
        name: front ? `${host}, Pareto rank 1` : host,
        hovertemplate: "%{text}<br>%{x:.3f}, %{y:.0f}<extra></extra>",
      });
    }
  }
  const front = [];
  let best = -Infinity;
  for (const row of known.slice().sort((one, other) => other[x] - one[x] || other[y] - one[y])) {
    if (row[y] > best) { best = row[y]; front.push(row); }
  }
  traces.push({ x: front.map((row) => row[x]), y: front.map((row) => row[y]), mode: "lines", hoverinfo: "skip",
    line: { color: INK, width: 1.5, dash: "dot", shape: "vh" }, name: "front of the two axes" });
  const reference = referenceRow();
  if (reference && reference[x] !== null && reference[y] !== null) {
    traces.push({ x: [reference[x]], y: [reference[y]], customdata: [reference.rank], mode: "markers+text",
      text: [formulaMarkup(reference.phase_b)], textposition: "top right", name: `reference ${formulaMarkup(nameOf(reference))}`,
      marker: { symbol: "star", size: 16, color: "#facc15", line: { color: INK, width: 1.2 } },
      hovertemplate: `reference ${formulaMarkup(nameOf(reference))}<extra></extra>` });
  }
  const title = (name) => `${COLUMN[name].title}${COLUMN[name].unit ? ` (${unitOf(COLUMN[name])})` : ""}`;
  return draw(node, traces, { xaxis: axis(title(x)), yaxis: axis(title(y), { rangemode: "tozero" }), height: 470 })
    .then(() => points.length < known.length);
}

const CURVES = { composite: ["A + B at equilibrium", INK], phase_a: ["only A reacts", "#0b5cad"],
  phase_b: ["only B reacts", "#b45309"] };

function drawVoltage(node, curves, expected) {
  const traces = Object.entries(CURVES).filter(([part]) => curves[part].length).map(([part, [name, color]]) => {
    const steps = curves[part];
    return {
      x: [0, ...steps.flatMap((step) => [step.from, step.to]), steps.at(-1).to],
      y: [steps[0].voltage, ...steps.flatMap((step) => [step.voltage, step.voltage]), 0],
      text: [steps[0], ...steps.flatMap((step) => [step, step]), steps.at(-1)].map((step) => formulaMarkup(step.phases)),
      mode: "lines", name, line: { color, width: part === "composite" ? 2.5 : 1.8, dash: part === "composite" ? "solid" : "dash" },
      hovertemplate: "%{x:.0f} mAh/g, %{y:.3f} V<br>%{text}<extra></extra>",
    };
  });
  const shapes = expected === null ? [] : [{ type: "line", x0: expected, x1: expected, yref: "paper", y0: 0, y1: 1,
    line: { color: "#be123c", width: 1.2, dash: "dot" } }];
  const annotations = shapes.length ? [{ x: expected, yref: "paper", y: 0.98, text: "expected", showarrow: false,
    xanchor: "left", yanchor: "top", xshift: 4, font: { color: "#be123c", size: 12 } }] : [];
  return draw(node, traces, { height: 340, shapes, annotations, xaxis: axis("Capacity (mAh per g of composite)"),
    yaxis: axis(`Voltage against ${DATA.meta.ion} (V)`, { rangemode: "tozero" }) });
}

function drawPattern(node, row, pattern) {
  const x = pattern.a.map((_, n) => pattern.start + n * pattern.step);
  const marks = (lines, y, name, color, symbol) => ({ x: lines.map((line) => line[0]), y: lines.map(() => y),
    mode: "markers", name, marker: { symbol, color, size: 9, line: { width: 1.6, color } },
    text: lines.map((line) => fixed(line[1] * 100, 0)), hovertemplate: "%{x:.2f}\u00b0, %{text} % of the strongest<extra></extra>" });
  const hidden = pattern.lines_a.filter((line) => line[2]), seen = pattern.lines_a.filter((line) => !line[2]);
  const traces = [
    { x, y: x.map((_, n) => (pattern.a[n] + pattern.b[n]) / 10), mode: "lines", name: "composite", line: { color: INK, width: 1.6 } },
    { x, y: pattern.b.map((height) => height / 10), mode: "lines", name: `B, ${formulaMarkup(row.phase_b)}`, line: { color: "#b45309", width: 1 } },
    { x, y: pattern.a.map((height) => height / 10), mode: "lines", name: `A, ${formulaMarkup(row.phase_a)}`, fill: "tozeroy",
      fillcolor: "rgba(11,92,173,.25)", line: { color: "#0b5cad", width: 1.2 } },
    marks(pattern.lines_b, -5, "lines of B", "#b45309", "line-ns"),
    marks(seen, -10, "lines of A that stand out", "#0b5cad", "triangle-up"),
    marks(hidden, -10, "lines of A that are hidden", "#697586", "x-thin"),
  ].filter((trace) => trace.x.length);
  return draw(node, traces, { height: 380, xaxis: axis("2\u03b8 (degrees)"),
    yaxis: axis("Intensity (% of the highest)", { range: [-14, 106], tickvals: [0, 20, 40, 60, 80, 100] }) });
}

// Corners of a triangle, or positions between two elements.
function placeIn(diagram, shares) {
  if (diagram.elements.length === 2) return [shares[1], null];
  return [shares[1] + shares[2] / 2, (shares[2] * Math.sqrt(3)) / 2];
}

function drawDiagram(node, row, diagram) {
  const binary = diagram.elements.length === 2;
  const at = diagram.phases.map((phase) => {
    const [x, y] = placeIn(diagram, phase.fractions);
    return { ...phase, x, y: binary ? phase.energy : y };
  });
  const parts = [row.phase_a_id, row.phase_b1_id, row.phase_b2_id].filter(Boolean);
  const segment = (pairs, line, name) => ({ mode: "lines", hoverinfo: "skip", name, line,
    x: pairs.flatMap(([one, other]) => [at[one].x, at[other].x, null]),
    y: pairs.flatMap(([one, other]) => [at[one].y, at[other].y, null]) });
  const own = at.map((phase, n) => (parts.includes(phase.id) ? n : -1)).filter((n) => n >= 0);
  const ties = own.flatMap((one, n) => own.slice(n + 1).map((other) => [one, other]));
  const dots = (phases, name, marker, labels) => ({ x: phases.map((phase) => phase.x), y: phases.map((phase) => phase.y),
    mode: labels ? "markers+text" : "markers", name, marker, cliponaxis: false,
    textposition: phases.map((phase, n) => (!binary || phase.x === 0 || phase.x === 1 ? "top center" : n % 2 ? "bottom right" : "bottom left")),
    text: phases.map((phase) => formulaMarkup(phase.formula)), textfont: { size: 12 },
    customdata: phases.map((phase) => [escaped(phase.id), fixed(phase.energy, 4), fixed(phase.above, 4)]),
    hovertemplate: "%{text} (%{customdata[0]})<br>formation energy %{customdata[1]} eV/atom<br>%{customdata[2]} eV/atom above the hull<extra></extra>" });
  const stable = at.filter((phase) => phase.above === 0).sort((one, two) => one.x - two.x), other = at.filter((phase) => phase.above > 0);
  const shares = Object.fromEntries(fractions(row.composition_at));
  const composition = diagram.elements.map((symbol) => shares[symbol] ?? 0);
  const [x, y] = placeIn(diagram, composition);
  const ends = own.map((n) => at[n]).sort((one, two) => one.x - two.x);
  const level = binary && ends.length === 2
    ? ends[0].y + ((x - ends[0].x) / (ends[1].x - ends[0].x)) * (ends[1].y - ends[0].y) : y;
  const traces = [
    segment(diagram.edges, { color: "#9aa5b1", width: 1.3 }, "tie-lines"),
    segment(ties, { color: "#be123c", width: 3.5 }, "A and B"),
    dots(other, "above the hull", { color: "white", size: 6, line: { color: QUIET, width: 1.2 } }, false),
    dots(stable, "stable", { color: INK, size: 8 }, true),
    { x: [x], y: [level], mode: "markers", name: "the composite", marker: { symbol: "star", size: 15, color: "#facc15", line: { color: INK, width: 1.2 } },
      hovertemplate: `${escaped(row.composition_at)}<extra></extra>` },
  ];
  const bare = { visible: false, fixedrange: true };
  return draw(node, traces, binary
    ? { height: 360, xaxis: axis(`Atomic fraction of ${diagram.elements[1]}`, { range: [-0.04, 1.04] }), yaxis: axis("Formation energy (eV/atom)") }
    : { height: 420, xaxis: { ...bare, range: [-0.12, 1.12] }, yaxis: { ...bare, range: [-0.08, 0.98], scaleanchor: "x" }, margin: { l: 8, r: 8, t: 8, b: 8 } });
}

// Ball models of the unit cells, with WebGL; without it the page says so.
async function drawStructure(node, phase) {
  await library("3dmol");
  const symbols = [...new Set(phase.numbers)].map((number) => SYMBOLS[number]);
  try {
    const viewer = $3Dmol.createViewer(node, { backgroundColor: "white", antialias: true });
    const model = viewer.addModel(poscar(phase), "vasp");
    viewer.setStyle({}, { sphere: { scale: 0.32, colorscheme: "Jmol" } });
    viewer.addUnitCell(model, { box: { color: "#697586" }, alabel: "a", blabel: "b", clabel: "c" });
    if (phase.numbers.length <= 4) viewer.replicateUnitCell(2, 2, 2, model);
    viewer.zoomTo();
    viewer.rotate(-75, "x"); viewer.rotate(12, "y");
    viewer.render();
    const color = (symbol) => `#${($3Dmol.elementColors.Jmol[symbol] ?? 0x888888).toString(16).padStart(6, "0")}`;
    return symbols.map((symbol) => el("span", { class: "swatch" }, el("i", { style: `background:${color(symbol)}` }), symbol));
  } catch (error) {
    node.replaceChildren(el("p", { class: "quiet" }, "This browser shows no structures: it lacks WebGL."));
    return [];
  }
}

function poscar(phase) {
  const order = [...new Set(phase.numbers)];
  const atoms = order.map((number) => phase.numbers.flatMap((own, n) => (own === number ? [n] : [])));
  const triple = (list, n) => list.slice(3 * n, 3 * n + 3).map((value) => value.toFixed(6)).join(" ");
  return [phase.formula, "1.0", ...[0, 1, 2].map((n) => triple(phase.lattice, n)), order.map((number) => SYMBOLS[number]).join(" "),
    atoms.map((own) => own.length).join(" "), "Direct", ...atoms.flat().map((n) => triple(phase.positions, n)), ""].join("\n");
}
