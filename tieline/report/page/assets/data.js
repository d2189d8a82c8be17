// The data of the page, and what the address says of the view.

async function unpacked(id) {
  const block = document.getElementById(id);
  const binary = atob(block.textContent);
  const bytes = new Uint8Array(binary.length);
  for (let n = 0; n < binary.length; n += 1) bytes[n] = binary.charCodeAt(n);
  block.remove();
  const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("gzip"));
  return new Response(stream).text();
}

const libraries = {};

// Runs a library of the page, once; the content security policy knows its checksum.
function library(name) {
  libraries[name] ??= unpacked(`library-${name}`).then((text) => {
    const script = document.createElement("script");
    script.textContent = text;
    document.head.append(script);
  });
  return libraries[name];
}

let DATA, ROWS, COLUMN, BY_RANK, NAMESAKES;

async function loadData() {
  DATA = JSON.parse(await unpacked("content"));
  COLUMN = Object.fromEntries([...DATA.sheet_columns, ...DATA.columns].map((column) => [column.name, column]));
  const values = DATA.columns.map(({ name }) => {
    const cells = DATA.table[name];
    return Array.isArray(cells) ? cells : cells.codes.map((code) => (code < 0 ? null : cells.values[code]));
  });
  const names = DATA.columns.map(({ name }) => name);
  const count = values.length ? values[0].length : 0;
  ROWS = Array.from({ length: count }, (_, row) => {
    const found = {};
    for (let n = 0; n < names.length; n += 1) found[names[n]] = values[n][row];
    return found;
  });
  for (const row of ROWS) row.elements = (row.partners ?? "").split(" ").filter(Boolean);
  DATA.table = null;
  BY_RANK = new Map(ROWS.map((row) => [row.rank, row]));
  NAMESAKES = new Map();
  for (const row of ROWS) NAMESAKES.set(nameOf(row), (NAMESAKES.get(nameOf(row)) ?? 0) + 1);
}

const referenceRow = () => BY_RANK.get(DATA.meta.reference_ranks[0]);
const nameOf = (row) => `${row.phase_a} + ${row.phase_b}`;

// Told apart by their space groups where several structures of one compound are ranked.
const structureOf = (row) => row.spacegroup_b && NAMESAKES.get(nameOf(row)) > 1
  ? el("small", {}, ` (space group ${row.spacegroup_b})`) : "";

// The view lives in the fragment of the address, so that it can be shared.
const DEFAULTS = {
  host: "", el: "", mode: "any", reported: "", cost: "", p: "", claims: "", q: "", sort: "rank", dir: "asc",
  x: "phase_b_weight_fraction", y: "capacity_expected_mah_per_g", by: "score", cols: "", c: "", vs: "",
};

function readState() {
  const given = new URLSearchParams(location.hash.slice(1));
  return Object.fromEntries(Object.entries(DEFAULTS).map(([key, value]) => [key, given.get(key) ?? value]));
}

function fragment(changes) {
  const state = { ...readState(), ...changes };
  const kept = Object.entries(state).filter(([key, value]) => value !== DEFAULTS[key]);
  return `#${new URLSearchParams(kept)}`;
}

function replaceAddress(text) {
  try {
    history.replaceState(null, "", text);
  } catch {
    // Within another page, as in the report of the workflow.
    location.hash = text;
  }
}

// Filters replace the entry of the history; sheets add one, so that Back leads to the list.
function changeState(changes) {
  replaceAddress(fragment(changes));
  window.dispatchEvent(new Event("hashchange"));
}
