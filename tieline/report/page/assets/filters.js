// Filters of the list, and the periodic table of the partners.

const PERIODS = [
  "H . . . . . . . . . . . . . . . . He", "Li Be . . . . . . . . . . B C N O F Ne", "Na Mg . . . . . . . . . . Al Si P S Cl Ar",
  "K Ca Sc Ti V Cr Mn Fe Co Ni Cu Zn Ga Ge As Se Br Kr", "Rb Sr Y Zr Nb Mo Tc Ru Rh Pd Ag Cd In Sn Sb Te I Xe",
  "Cs Ba La Hf Ta W Re Os Ir Pt Au Hg Tl Pb Bi Po At Rn", "Fr Ra Ac Rf Db Sg Bh Hs Mt Ds Rg Cn Nh Fl Mc Lv Ts Og",
  ". . Ce Pr Nd Pm Sm Eu Gd Tb Dy Ho Er Tm Yb Lu . .", ". . Th Pa U Np Pu Am Cm Bk Cf Es Fm Md No Lr . .",
].map((period) => period.split(" "));

// By atomic number.
const SYMBOLS = (() => {
  const [one, two, three, four, five, six, seven, lanthanides, actinides] = PERIODS.map((period) => period.filter((s) => s !== "."));
  return [null, ...one, ...two, ...three, ...four, ...five, ...six.slice(0, 3), ...lanthanides, ...six.slice(3),
    ...seven.slice(0, 3), ...actinides, ...seven.slice(3)];
})();

const number = (text) => (text === "" || Number.isNaN(Number(text)) ? null : Number(text));

// What a row must fulfil; the choice of elements can be left out, for the periodic table itself.
function rowFilter(state, withElements = true) {
  const wanted = new Set(state.el.split("-").filter(Boolean));
  const [cost, probability, claims] = [number(state.cost), number(state.p), number(state.claims)];
  const sought = state.q.trim().toLowerCase();
  const choose = {
    any: (row) => row.elements.some((symbol) => wanted.has(symbol)),
    only: (row) => row.elements.every((symbol) => wanted.has(symbol)),
    none: (row) => !row.elements.some((symbol) => wanted.has(symbol)),
  }[state.mode] ?? (() => true);
  return (row) =>
    (!state.host || row.host === state.host) &&
    (!state.reported || row.reported_b === true) &&
    (cost === null || (row.cost_usd_per_kg !== null && row.cost_usd_per_kg <= cost)) &&
    (probability === null || row.coexistence_probability >= probability) &&
    (claims === null || row.n_claims_met >= claims) &&
    (!sought || `${row.phase_a} ${row.phase_b} ${row.system}`.toLowerCase().includes(sought)) &&
    (!withElements || !wanted.size || choose(row));
}

function filterForm(state) {
  const field = (label, control) => el("label", { class: "field" }, el("span", {}, label), control);
  const input = (key, attributes) => el("input", { id: `filter-${key}`, value: state[key], autocomplete: "off", ...attributes,
    oninput: (event) => changeState({ [key]: event.target.value }) });
  const hosts = el("select", { id: "filter-host", onchange: (event) => changeState({ host: event.target.value }) },
    ["", ...DATA.meta.hosts].map((host) => el("option", { value: host, selected: host === state.host }, host || "all")));
  const reported = el("input", { id: "filter-reported", type: "checkbox", checked: state.reported === "1",
    onchange: (event) => changeState({ reported: event.target.checked ? "1" : "" }) });
  return el("form", { class: "filters", "aria-label": "Filters", onsubmit: (event) => event.preventDefault() },
    field("Host (A)", hosts),
    field("Find", input("q", { type: "search", placeholder: "formula or system" })),
    field("Cost up to (USD/kg)", input("cost", { type: "number", min: 0, step: "any", inputmode: "decimal" })),
    field("P(A, B coexist) from", input("p", { type: "number", min: 0, max: 1, step: 0.05, inputmode: "decimal" })),
    field("Claims met from", input("claims", { type: "number", min: 0, step: 1, inputmode: "numeric" })),
    el("label", { class: "field check" }, reported, el("span", {}, "B reported only")),
    el("button", { type: "button", class: "plain", onclick: () => { location.hash = ""; } }, "Clear all filters"));
}

// Puts what the address says into the controls, as after Back, but not into the one in use.
function syncForm(state) {
  for (const key of ["q", "cost", "p", "claims", "host"]) {
    const control = document.getElementById(`filter-${key}`);
    if (control !== document.activeElement) control.value = state[key];
  }
  document.getElementById("filter-reported").checked = state.reported === "1";
  for (const key of ["mode", "by", "x", "y"]) document.getElementById(`choose-${key}`).value = state[key];
}

function chooser(key, label, options, state) {
  return el("label", { class: "field" }, el("span", {}, label),
    el("select", { id: `choose-${key}`, onchange: (event) => changeState({ [key]: event.target.value }) },
      options.map(([value, text]) => el("option", { value, selected: value === state[key] }, text))));
}

const BY = ["score", "capacity_expected_mah_per_g", "coexistence_probability", "phase_b_reaction_probability", "cost_usd_per_kg", "n_claims_met"];

function periodicTable(state) {
  const choices = BY.filter((name) => COLUMN[name]).map((name) => [name, COLUMN[name].title]);
  return el("section", { class: "periodic-block", "aria-label": "Partner elements" },
    el("div", { class: "controls" },
      chooser("mode", "Partners", [["any", "any of the chosen"], ["only", "only the chosen"], ["none", "none of the chosen"]], state),
      chooser("by", "Colour: best", choices, state)),
    el("div", { class: "periodic scroll" }, el("div", { id: "periodic", class: "grid" },
      PERIODS.flatMap((period) => period.map((symbol) => (symbol === "." ? el("span") :
        el("button", { type: "button", id: `element-${symbol}`, disabled: true, "aria-pressed": "false",
          onclick: () => toggleElement(symbol) }, symbol)))))),
    el("p", { class: "quiet", id: "periodic-note" }));
}

function toggleElement(symbol) {
  const chosen = new Set(readState().el.split("-").filter(Boolean));
  if (!chosen.delete(symbol)) chosen.add(symbol);
  changeState({ el: [...chosen].join("-") });
}

// Colours each partner by the best value among the rows that fulfil the other filters.
function colourPeriodic(state) {
  const column = COLUMN[state.by] ?? COLUMN.score;
  const better = column.better === "lower" ? -1 : 1;
  const best = {}, counts = {};
  for (const row of ROWS.filter(rowFilter(state, false))) {
    for (const symbol of row.elements) {
      counts[symbol] = (counts[symbol] ?? 0) + 1;
      const value = row[column.name];
      if (value !== null && (best[symbol] === undefined || better * value > better * best[symbol])) best[symbol] = value;
    }
  }
  // By order and not by size, so that one element of an extreme value does not take all the colour.
  const order = Object.values(best).sort((one, other) => better * (one - other));
  const chosen = new Set(state.el.split("-"));
  for (const symbol of PERIODS.flat()) {
    const button = document.getElementById(`element-${symbol}`);
    if (!button) continue;
    const count = counts[symbol] ?? 0;
    const strength = best[symbol] === undefined ? 0 : (order.lastIndexOf(best[symbol]) + 1) / order.length;
    button.disabled = !count && !chosen.has(symbol);
    button.setAttribute("aria-pressed", String(chosen.has(symbol)));
    button.style.backgroundColor = count ? `rgba(11, 92, 173, ${(0.06 + 0.44 * strength).toFixed(2)})` : "";
    const text = count ? `${symbol}: ${count} composites, best ${column.title} ${withUnit(column, best[symbol] ?? null)}` : symbol;
    button.title = text;
    button.setAttribute("aria-label", text);
  }
  document.getElementById("periodic-note").textContent = state.el
    ? `Chosen: ${state.el.split("-").join(", ")}. Choose again to take back.`
    : "Choose partner elements; the darker, the better the best composite with the element.";
}
