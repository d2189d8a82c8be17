// The list of all candidates, drawn by Tabulator; it holds rows, and text enters as text.

const FIRST_COLUMNS = ["rank", "phase_a", "phase_b", "phase_b_role", "phase_b_weight_fraction", "capacity_expected_mah_per_g",
  "volume_change_expected_fraction", "coexistence_probability", "phase_b_reaction_probability", "reported_b", "cost_usd_per_kg",
  "melting_route", "n_claims_met", "score"];
let TABLE;

const WIDTHS = { rank: 66, phase_a: 60, phase_b: 190, phase_b_role: 116, score: 76, hazards: 220, composition_wt: 220,
  composition_at: 220, phase_a_id: 180, phase_b_id: 220, design_note: 200, criticality: 200, melting_route: 110 };

const shownColumns = (state) => (state.cols ? state.cols.split(",").filter((name) => COLUMN[name]) : FIRST_COLUMNS);

function listControls() {
  const state = readState();
  const menu = el("details", { class: "menu" }, el("summary", {}, "Columns"),
    el("div", { class: "options" }, DATA.columns.map((column) => el("label", { title: column.meaning },
      el("input", { type: "checkbox", value: column.name, checked: shownColumns(state).includes(column.name),
        onchange: (event) => {
          const names = new Set(shownColumns(readState()));
          if (event.target.checked) names.add(column.name); else names.delete(column.name);
          const ordered = DATA.columns.map(({ name }) => name).filter((name) => names.has(name));
          changeState({ cols: ordered.join(",") === FIRST_COLUMNS.join(",") ? "" : ordered.join(",") });
        } }), ` ${column.title}`))));
  return el("div", { class: "controls" }, el("p", { id: "count", role: "status" }),
    el("button", { type: "button", onclick: saveShown }, "Download the shown rows (CSV)"),
    el("button", { type: "button", class: "plain", onclick: copyLink }, "Copy the link to this view"), menu);
}

async function copyLink(event) {
  try {
    await navigator.clipboard.writeText(location.href);
    event.target.textContent = "Copied";
  } catch {
    event.target.textContent = "The address of this page is the link";
  }
}

function tableColumn(column) {
  const numeric = column.kind === "number" || column.kind === "integer";
  const named = column.name === "phase_b" || column.name === "phase_a";
  return {
    field: column.name, title: column.title, sorter: numeric ? "number" : column.kind === "flag" ? "boolean" : "string",
    sorterParams: { alignEmptyValues: "bottom" }, hozAlign: numeric ? "right" : "left", headerHozAlign: numeric ? "right" : "left",
    minWidth: WIDTHS[column.name] ?? (numeric ? 92 : column.kind === "flag" ? 88 : 130), headerWordWrap: true, frozen: column.name === "phase_b" && window.innerWidth > 700,
    titleFormatter: () => el("button", { type: "button", class: "head", title: `${column.meaning}${column.unit ? ` (${unitOf(column)})` : ""}` },
      column.title, column.unit ? el("small", {}, ` ${unitOf(column)}`) : ""),
    formatter: (cell) => {
      const value = cell.getValue();
      if (column.name === "phase_b") return sheetLink(cell.getData());
      if (named) return formula(value);
      return el("span", {}, shown(column, value));
    },
  };
}

function makeTable() {
  const state = readState();
  return new Promise((resolve) => {
    TABLE = new Tabulator("#table", {
      data: ROWS, index: "rank", height: 520, layout: "fitColumns", renderVertical: "virtual", columnDefaults: { resizable: false, tooltip: false },
      columns: shownColumns(state).map((name) => tableColumn(COLUMN[name])), initialSort: [{ column: state.sort, dir: state.dir }],
      placeholder: () => el("p", {}, ROWS.length ? "No composite fulfils the filters." : "No composite is ranked."),
      initialFilter: rowFilter(state), movableColumns: false,
    });
    TABLE.on("tableBuilt", () => resolve(TABLE));
    TABLE.on("dataSorted", (sorters) => {
      const [sorter] = sorters;
      if (TABLE.initialized && sorter) replaceAddress(fragment({ sort: sorter.field, dir: sorter.dir }));
    });
    TABLE.on("rowDblClick", (event, row) => { location.hash = fragment({ c: String(row.getData().rank), vs: "" }); });
  });
}

let lastFilter = "", lastColumns = "";

function updateTable(state) {
  const columns = shownColumns(state).join(",");
  if (lastColumns && columns !== lastColumns) TABLE.setColumns(shownColumns(state).map((name) => tableColumn(COLUMN[name])));
  lastColumns = columns;
  const filter = JSON.stringify([state.host, state.el, state.mode, state.reported, state.cost, state.p, state.claims, state.q]);
  if (filter !== lastFilter) TABLE.setFilter(rowFilter(state));
  lastFilter = filter;
  const [sorter] = TABLE.getSorters();
  if (COLUMN[state.sort] && (sorter?.field !== state.sort || sorter?.dir !== state.dir) && shownColumns(state).includes(state.sort)) {
    TABLE.setSort(state.sort, state.dir);
  }
}

// The cells of ranked.csv, text that a spreadsheet would take for a formula made plain.
function csvCell(column, value) {
  if (value === null || value === undefined) return "";
  if (column.kind === "flag") return value ? "True" : "False";
  if (column.kind === "number" && column.decimals !== null) return value.toFixed(column.decimals);
  const text = /^[=+\-@\t\r]/.test(value) && typeof value === "string" ? `'${value}` : String(value);
  return /[",\n\r]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

function shownCsv() {
  const rows = TABLE.getData("active");
  const lines = [DATA.columns.map((column) => column.name), ...rows.map((row) => DATA.columns.map((column) => csvCell(column, row[column.name])))];
  return `${lines.map((line) => line.join(",")).join("\n")}\n`;
}

function saveShown() {
  download("shown.csv", shownCsv(), "text/csv");
}
