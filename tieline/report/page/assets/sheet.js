// The sheet of one candidate, for the lab, and two candidates side by side.

const cell = (sheetOf, row, name) => row[name] ?? sheetOf?.properties[name] ?? null;

// Rows of a two-column table: what, and its value with the unit, from lowest to highest where there are both; what is
// not known is left out.
function facts(caption, row, names) {
  const own = DATA.sheets[row.rank];
  const known = names.filter((name) => { const value = cell(own, row, name); return value !== null && value !== ""; });
  return tableOf(caption, ["", "Value"], known.map((name) => {
    const [low, high] = (RANGES[name] ?? []).map((bound) => cell(own, row, bound));
    const same = low === undefined || low === null || high === null || (low === high && low === cell(own, row, name));
    const range = same ? "" : ` (${shown(COLUMN[name], low)} to ${shown(COLUMN[name], high)})`;
    return [el("span", { title: COLUMN[name].meaning }, COLUMN[name].title), `${withUnit(COLUMN[name], cell(own, row, name))}${range}`];
  }), { class: "facts" });
}

const RANGES = {
  liquidus_estimate_k: ["liquidus_low_k", "liquidus_high_k"], melting_route: ["melting_route_low", "melting_route_high"],
  max_coexistence_temperature_k: ["max_coexistence_temperature_low_k", "max_coexistence_temperature_high_k"],
};

const block = (title, ...content) => el("section", { class: "block" }, el("h2", {}, title), content);

function sheet(row) {
  const own = DATA.sheets[row.rank];
  const others = ROWS.filter((other) => other.rank !== row.rank).slice(0, 200);
  const reference = referenceRow();
  if (reference && !others.includes(reference) && reference !== row) others.unshift(reference);
  const compare = el("select", { "aria-label": "Compare with", onchange: (event) => { location.hash = fragment({ vs: event.target.value }); } },
    el("option", { value: "" }, "Compare with..."),
    others.map((other) => el("option", { value: other.rank }, `${other.rank}. ${nameOf(other)}${other === reference ? " (reference)" : ""}`)));
  return el("article", { class: "sheet" },
    el("header", { class: "top" },
      el("p", { class: "buttons noprint" }, el("a", { class: "button plain", href: fragment({ c: "", vs: "" }) }, "\u2190 All candidates"),
        reference && reference !== row ? el("a", { class: "button plain", href: fragment({ vs: String(reference.rank) }) }, "Compare with ", formula(reference.phase_b)) : null,
        compare, el("button", { type: "button", onclick: () => window.print() }, "Print")),
      el("h1", {}, formula(row.phase_a), " + ", formula(row.phase_b), structureOf(row)),
      el("p", { class: "lead" }, `Rank ${row.rank} of ${ROWS.length} \u00b7 ${row.phase_b_role || "role of B not known"} \u00b7 `,
        `${fixed(row.phase_b_weight_fraction * 100, 1)} wt% B (${fixed(row.phase_b_volume_fraction === null ? null : row.phase_b_volume_fraction * 100, 1)} vol%) \u00b7 system ${row.system}`)),
    tiles(row),
    el("div", { class: "flow" },
      weighIn(row),
      block("How to make it", facts("Melting and heat treatment", row, ["melting_route", "liquidus_estimate_k", "highest_melting_element", "highest_melting_point_k", "lowest_boiling_element", "lowest_boiling_point_k",
        "vapour_pressure_at_liquidus_bar", "max_coexistence_temperature_k", "max_coexistence_temperature_undecided", "a_crystallisation_onset_k",
        "a_stays_low_crystalline_to_k", "a_stays_below_100_nm_to_k", "a_size_after_lowest_anneal_nm", "a_size_after_highest_anneal_nm",
        "b_amorphisation_enthalpy_kj_per_mol", "b_amorphous_above_crystal_kj_per_mol", "microstructure_missing_reason"])),
      block("How sure", facts("What the choice rests on", row, ["coexistence_probability", "coexistence_probability_energies", "reported_b",
        "experimental_b", "tie_line_margin_ev_per_atom", "tie_line_excess_ev_per_atom", "phase_b_energy_above_hull_ev_per_atom",
        "phase_b_reaction_probability", "outcome_probability", "system_searched", "lithiation_searched", "missing_values"]), competing(row, own)),
      block("Price, hazards, supply", facts("Elements of the composite", row, ["cost_usd_per_kg", "cost_usd_per_ah", "criticality"]),
        el("p", {}, el("b", {}, "Hazards: "), row.hazards ? el("span", { class: "warn" }, row.hazards) :
          "no element that EU law calls fatal, carcinogenic or toxic to reproduction (category 1), or limits in batteries. The powders' own data sheets come first."))),
    own ? drawn(row, own) : el("p", { class: "note" },
      `Voltage curves, powder patterns, the phase diagram, structures and the claim chart are in the page for ${Object.keys(DATA.sheets).length} of ${ROWS.length} composites, the best of each host (report.sheets in the configuration). This one is not among them; properties.parquet and claims.parquet have its numbers.`),
    el("div", { class: "columns" },
      block("Capacity, voltage, swelling", facts("At the design point", row, ["capacity_expected_mah_per_g", "capacity_expected_mah_per_cm3", "average_voltage_expected_v",
        "volume_change_expected_fraction", "capacity_inert_b_mah_per_g", "volume_change_inert_b_fraction", "capacity_equilibrium_mah_per_g",
        "volume_change_fraction", "capacity_stable_b_mah_per_g", "b_onset_v", "density_g_per_cm3", "design_note"]), own ? otherShares(own, row) : null),
      fullCell(row, own)),
    own ? claimChart(own) : null);
}

function tiles(row) {
  return el("dl", { class: "tiles" }, ["capacity_expected_mah_per_g", "volume_change_expected_fraction", "coexistence_probability",
    "phase_b_reaction_probability", "cost_usd_per_kg", "n_claims_met"].map((name) =>
    el("div", {}, el("dt", { title: COLUMN[name].meaning }, COLUMN[name].title), el("dd", {}, withUnit(COLUMN[name], row[name])))));
}

function weighIn(row) {
  const elements = fractions(row.composition_wt), atoms = Object.fromEntries(fractions(row.composition_at));
  const names = row.phase_b.split(" + ");
  const b = row.phase_b_weight_fraction;
  const parts = [[row.phase_a, 1 - b], ...names.map((name, n) => [name, b * (names.length > 1 ? [row.phase_b1_weight_share, row.phase_b2_weight_share][n] : 1)])];
  const tables = el("div");
  const fill = (batch) => tables.replaceChildren(
    tableOf("As elements", ["Element", "at%", "wt%", "Mass (g)"], [
      ...elements.map(([symbol, share]) => [symbol, fixed((atoms[symbol] ?? 0) * 100, 2), fixed(share * 100, 2), fixed(share * batch, 3)])]),
    tableOf("Or as the phases", ["Phase", "wt%", "Mass (g)"], parts.map(([name, share]) => [formula(name), fixed(share * 100, 2), fixed(share * batch, 3)])));
  const input = el("input", { type: "number", min: 0, step: "any", value: DATA.meta.batch_g, id: "batch", inputmode: "decimal",
    oninput: (event) => fill(Math.max(0, Number(event.target.value))) });
  fill(DATA.meta.batch_g);
  return block("Weigh in", el("label", { class: "field inline" }, el("span", {}, "Batch (g)"), input), tables,
    el("p", { class: "quiet" }, "Without allowance for what evaporates or stays on the tools."));
}

function competing(row, own) {
  if (!own) return null;
  const parts = [row.phase_a_id, row.phase_b1_id, row.phase_b2_id];
  const rivals = own.diagram.phases.filter((phase) => !parts.includes(phase.id) && phase.fractions.filter((share) => share > 0).length > 1)
    .sort((one, other) => one.above - other.above).slice(0, 6);
  return rivals.length ? tableOf("Other compounds of the system, by energy above the hull", ["Phase", "Identifier", "eV/atom"],
    rivals.map((phase) => [formula(phase.formula), phase.id, fixed(phase.above, 4)])) :
    el("p", { class: "quiet" }, "The phase data hold no other compound of the system near the hull.");
}

function drawn(row, own) {
  const figure = (id, label) => el("div", { id, class: "figure", role: "img", "aria-label": label });
  const ids = [...new Set([row.phase_a_id, row.phase_b1_id, row.phase_b2_id].filter(Boolean))];
  const plateaus = own.curves.composite;
  return el("div", { class: "columns" },
    block(`Phase diagram ${own.diagram.elements.join("-")} at 0 K`, own.diagram.elements.length > 3
      ? el("p", {}, "Stable phases: ", own.diagram.phases.filter((phase) => phase.above === 0).map((phase, n) => [n ? ", " : "", formula(phase.formula)]))
      : figure("diagram", `Phase diagram of ${row.system} with the tie-line of ${nameOf(row)}; the phases are in the table of competing compounds`)),
    block("Voltage", figure("voltage", "Voltage against capacity of the composite at equilibrium, of A alone and of B alone; the plateaus are in the table below"),
      plateaus.length ? el("details", {}, el("summary", {}, "Plateaus of A + B at equilibrium"),
        tableOf("Plateaus", ["mAh/g from", "to", "V", "Phases present"], plateaus.map((step) => [fixed(step.from, 0), fixed(step.to, 0), fixed(step.voltage, 3),
          step.phases.split(" + ").map((name, n) => [n ? " + " : "", formula(name)])]))) : el("p", {}, `Neither A nor B takes up ${DATA.meta.ion} above the cut-off.`)),
    block("X-ray powder pattern", own.pattern ? [figure("pattern", "Powder pattern of the composite with the parts of A and B and their lines"),
      el("p", { class: "quiet" }, `\u03bb = ${DATA.meta.wavelength} \u00c5; crystallites of A ${DATA.meta.size_a_nm} nm, of B ${DATA.meta.size_b_nm} nm. `,
        seenFrom(row.a_xrd_detection_size_nm))]
      : el("p", {}, "The phase data hold no structure of A or B.")),
    block("Structures", el("div", { class: "structures" }, ids.map((id, n) => {
      const phase = DATA.phases[id];
      return el("div", {}, el("h3", {}, formula(phase?.formula ?? id)),
        phase?.numbers ? [el("div", { class: "viewer", "data-phase": id, role: "img", "aria-label": `Unit cell of ${phase.formula}; drag to turn it` }), el("p", { class: "legend" })]
          : el("p", { class: "quiet" }, "The phase data hold no structure of it."),
        el("p", { class: "quiet" }, id, n === 0 && row.spacegroup_a !== null ? `, space group ${row.spacegroup_a}` : n === 1 && row.spacegroup_b !== null ? `, space group ${row.spacegroup_b}` : "",
          phase ? `; ${phase.source}; formation energy ${fixed(phase.energy, 3)} eV/atom (${phase.level})` : "", ". ",
          phase?.page ? el("a", { href: phase.page, rel: "noopener" }, "Page in the database") : ""),
        phase?.numbers ? el("button", { type: "button", class: "plain noprint", onclick: () => download(`${phase.formula}.vasp`, poscar(phase), "text/plain") }, "Save as POSCAR") : null);
    }))));
}

// Of an inert matrix the cell in which only A reacts, of an active one that in which both do.
function fullCell(row, own) {
  const path = row.phase_b_role === "active matrix" ? "" : "_inert_b";
  const who = path ? "only A reacts" : "A and B react";
  const names = ["", "_after_loss"].map((loss) => [`cell_average_voltage${loss}${path}_v`, `cell_energy${loss}${path}_wh_per_kg`,
    `cell_energy${loss}${path}_wh_per_l`, `cell_energy${loss}_charged${path}_wh_per_l`, `cell_swelling${loss}${path}_fraction`]);
  const bare = (name) => COLUMN[name].title.replace(`, ${who}`, "").replace(" after loss", "").replace(/^Cell (.)/, (_, letter) => letter.toUpperCase());
  const known = (list) => list.filter((name) => cell(own, row, name) !== null);
  const rows = (list) => known(list).map((name) => [el("span", { title: COLUMN[name].meaning }, bare(name)), withUnit(COLUMN[name], cell(own, row, name))]);
  return block("Full cell",
    el("p", { class: "quiet" }, own?.properties.cell_positive_electrode ? `With ${own.properties.cell_positive_electrode} and ${own.properties.cell_electrolyte}; ${who}.` : `Where ${who}.`),
    tableOf("Electrode stack at the design point, without first-cycle loss", ["", "Value"], rows([...names[0], `cell_negative_thickness${path}_um`]), { class: "facts" }),
    tableOf("The same after the first-cycle losses of both sides", ["", "Value"], rows(names[1]), { class: "facts" }));
}

// What the ends of the column's range mean, in its own words.
function seenFrom(size) {
  if (size === null) return "";
  if (size <= 1) return "A is seen unless it is amorphous.";
  return size >= 1000 ? "A never stands out." : `A is hidden up to a size of ${withUnit(COLUMN.a_xrd_detection_size_nm, size)}.`;
}

function otherShares(own, row) {
  return tableOf("The same composite with other amounts of B", ["B by weight", "by volume", "mAh/g", "Swelling", "USD/kg"],
    own.shares.map(([weight, volume, capacity, swelling, cost]) => [
      weight === row.phase_b_weight_fraction ? el("b", {}, `${fixed(weight, 3)} (design point)`) : fixed(weight, 3),
      fixed(volume, 3), fixed(capacity, 0), fixed(swelling, 2), fixed(cost, 2)]));
}

function claimChart(own) {
  const kind = { met: "met", window: "window", undecided: "undecided" };
  return block("Claim chart", el("p", { class: "quiet" }, "A technical reading of the claims, not legal advice."),
    tableOf("Each claim with its verdict and the numbers it rests on", ["Claim", "Asks for", "Verdict", "Rests on", "Evidence"],
      own.claims.map(([claim, verdict, basis, evidence]) => [claim, DATA.claims[claim] ?? "", el("span", { class: `badge ${kind[verdict] ?? "not"}` }, verdict), basis,
        el("span", { class: "evidence" }, evidence.split("; ").map((part) => el("span", {}, part)))]), { class: "chart" }));
}

// Two candidates side by side, the better value of each row in bold.
function comparison(one, other) {
  const names = DATA.columns.filter((column) => !/_id$|^(rank|system_searched|host|partners|design_point|missing_values)$/.test(column.name) &&
    (one[column.name] ?? other[column.name] ?? "") !== "" && !(column.name === "phase_b1_weight_share" && !one.phase_b2_id && !other.phase_b2_id));
  const better = (column, own, rival) => column.better && own !== null && rival !== null && (column.better === "higher" ? own > rival : own < rival);
  const head = (row) => el("a", { href: fragment({ c: String(row.rank), vs: "" }) }, formula(row.phase_a), " + ", formula(row.phase_b));
  const value = (column, row, rival) => {
    const own = row[column.name], text = ["phase_a", "phase_b"].includes(column.name) ? formula(own) : withUnit(column, own);
    return better(column, own, rival[column.name]) ? el("b", { class: "better" }, text, el("span", { class: "hidden" }, " (better)")) : text;
  };
  const first = ["capacity_expected_mah_per_g", "phase_b_weight_fraction", "phase_b_volume_fraction", "volume_change_expected_fraction", "coexistence_probability",
    "phase_b_reaction_probability", "cost_usd_per_kg", "melting_route", "n_claims_met"];
  const ordered = [...first.map((name) => COLUMN[name]), ...names.filter((column) => !first.includes(column.name))];
  return el("article", { class: "sheet" },
    el("header", { class: "top" }, el("p", { class: "buttons noprint" }, el("a", { class: "button plain", href: fragment({ c: "", vs: "" }) }, "\u2190 All candidates"),
      el("button", { type: "button", class: "plain", onclick: () => { location.hash = fragment({ c: String(other.rank), vs: String(one.rank) }); } }, "Swap"),
      el("button", { type: "button", onclick: () => window.print() }, "Print")),
    el("h1", {}, formula(one.phase_b), " beside ", formula(other.phase_b)),
    el("p", { class: "lead" }, "Each at its design point. The better value of a row is in bold, where one way is better.")),
    el("div", { class: "columns" }, [one, other].map((row, n) => DATA.sheets[row.rank]
      ? el("section", { class: "block" }, el("h2", {}, head(row)), el("div", { id: `voltage-${n}`, class: "figure", role: "img", "aria-label": `Voltage against capacity of ${nameOf(row)}` })) : null)),
    tableOf("All that is ranked", ["", head(one), head(other)], ordered.map((column) =>
      [el("span", { title: column.meaning }, column.title), value(column, one, other), value(column, other, one)]), { class: "facts compare" }));
}

async function drawSheet(row, other) {
  if (other) {
    await Promise.all([row, other].map((own, n) => DATA.sheets[own.rank] &&
      drawVoltage(document.getElementById(`voltage-${n}`), DATA.sheets[own.rank].curves, own.capacity_expected_mah_per_g)));
    return;
  }
  const own = DATA.sheets[row.rank];
  if (!own) return;
  const node = (id) => document.getElementById(id);
  if (node("diagram")) await drawDiagram(node("diagram"), row, own.diagram);
  await drawVoltage(node("voltage"), own.curves, row.capacity_expected_mah_per_g);
  if (node("pattern")) await drawPattern(node("pattern"), row, own.pattern);
}

// After all else, for they take longest.
async function drawStructures() {
  for (const viewer of document.querySelectorAll(".viewer")) {
    const legend = await drawStructure(viewer, DATA.phases[viewer.dataset.phase]);
    viewer.nextElementSibling?.replaceChildren(...legend);
  }
  document.documentElement.dataset.structures = "drawn";
}
