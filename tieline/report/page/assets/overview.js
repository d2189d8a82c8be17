// The first screen: what to try, why, and what to weigh in; then how it was found.

function overview(state) {
  const { funnel } = DATA.run;
  const hosts = DATA.meta.hosts;
  return el("div", { id: "overview" },
    el("header", { class: "top" },
      el("h1", {}, "Two-phase negative electrodes: which phase B next to ", hosts.join(", "), "?"),
      el("p", { class: "lead" }, `A stores ${DATA.meta.ion}; B is a compound of the same element that holds it. Of `,
        `${funnel[0].count} chemical systems and ${funnel[3].count} pairs tested, ${funnel.at(-1).count} composites are ranked, `,
        "each at the least B that keeps its swelling within the limit, or at the most B where none does."),
      el("nav", { "aria-label": "Sections" }, [["try", "What to try"], ["trade", "Capacity against B"], ["list", "All candidates"],
        ["how", "How it was screened"]].map(([id, text]) => el("a", { href: "#", onclick: (event) => {
        event.preventDefault();
        document.getElementById(id).scrollIntoView();
        document.getElementById(id).focus({ preventScroll: true });
      } }, text)))),
    el("section", { id: "try", tabindex: "-1", "aria-label": "What to try" }, el("h2", {}, "What to try"),
      el("div", { class: "cards" }, hosts.map(answer))),
    el("section", { id: "trade", tabindex: "-1" }, el("h2", {}, "Capacity against phase B"),
      el("div", { class: "split" },
        el("div", {}, el("div", { class: "controls" },
          chooser("x", "Across", [["phase_b_weight_fraction", "B by weight"], ["phase_b_volume_fraction", "B by volume"]], state),
          chooser("y", "Up", ["capacity_expected_mah_per_g", "capacity_expected_mah_per_cm3", "capacity_inert_b_mah_per_g",
            "capacity_equilibrium_mah_per_g"].map((name) => [name, `${COLUMN[name].title} (${unitOf(COLUMN[name])})`]), state)),
        el("div", { id: "trade-off", class: "figure", role: "img", "aria-label":
          "Capacity of every composite shown in the list against its share of phase B, with the Pareto front and the reference. The same numbers are in the list." }),
        el("p", { class: "quiet", id: "trade-off-note" })),
        el("div", {}, filterForm(state), periodicTable(state)))),
    el("section", { id: "list", tabindex: "-1" }, el("h2", {}, "All candidates"), listControls(),
      el("div", { id: "table" })),
    howItWasScreened());
}

function sheetLink(row, text) {
  return el("a", { href: fragment({ c: String(row.rank), vs: "" }) }, text ?? [formula(row.phase_b), structureOf(row)]);
}

function answer(host) {
  const own = ROWS.filter((row) => row.host === host);
  if (!own.length) return emptyCard(host);
  const [best] = own;
  const different = [...new Map(own.slice().reverse().map((row) => [row.phase_b, row])).values()]
    .sort((one, other) => one.rank - other.rank).slice(1, 5);
  const reference = referenceRow();
  const comparable = reference && reference.host === host && reference.rank !== best.rank;
  return el("article", { class: "card" },
    el("p", { class: "eyebrow", style: `color:${hueOf(host)}` }, `Best next to ${host}`),
    el("h3", {}, formula(best.phase_b), el("small", {}, ` ${fixed(best.phase_b_weight_fraction * 100, 0)} wt% in ${best.phase_a}`)),
    el("ul", { class: "reasons" }, reasons(best).map((reason) => el("li", {}, reason))),
    comparable ? againstReference(best, reference) : null,
    el("div", { class: "weigh" }, el("strong", {}, `To weigh in for ${DATA.meta.batch_g} g`),
      el("p", {}, "as elements: ", masses(fractions(best.composition_wt), DATA.meta.batch_g)),
      el("p", {}, "or as powders: ", powders(best, DATA.meta.batch_g))),
    el("p", { class: "buttons" },
      el("a", { class: "button", href: fragment({ c: String(best.rank) }) }, "Open its sheet"),
      comparable ? el("a", { class: "button plain", href: fragment({ c: String(best.rank), vs: String(reference.rank) }) },
        "Compare with ", formula(reference.phase_b)) : null),
    different.length ? el("p", { class: "next" }, "Next: ", different.map((row, n) => [n ? ", " : "", sheetLink(row)])) : null);
}

function powders(row, batch) {
  const b = row.phase_b_weight_fraction;
  const names = row.phase_b.split(" + ");
  const shares = names.length > 1 ? [row.phase_b1_weight_share, row.phase_b2_weight_share] : [1];
  return [[row.phase_a, 1 - b], ...names.map((name, n) => [name, b * shares[n]])]
    .map(([name, share], n) => [n ? ", " : "", formula(name), ` ${fixed(share * batch, 3)}\u00a0g`]);
}

function reasons(row) {
  const ion = DATA.meta.ion;
  const value = (name) => withUnit(COLUMN[name], row[name]);
  const list = [
    [el("b", {}, value("capacity_expected_mah_per_g")), ` expected; swelling ${value("volume_change_expected_fraction")}`,
      row.volume_change_expected_fraction === null ? "" : `, to ${fixed(1 + row.volume_change_expected_fraction, 2)} times its volume`,
      row.design_note && row.design_note !== "limit met" ? ` (${row.design_note.replace(/^limit/, "design limit")})` : ""],
    [`Coexists with ${row.phase_a} with probability `, el("b", {}, value("coexistence_probability")),
      row.reported_b === true ? "; a reported compound" : row.reported_b === false ? "; not a reported compound" : ""],
  ];
  if (row.phase_b_reaction_probability !== null) {
    list.push([row.phase_b_role === "inert matrix" ? `Expected to hold: reacts with ${ion} with probability ` :
      `Expected to react with ${ion} itself, with probability `, el("b", {}, value("phase_b_reaction_probability"))]);
  }
  list.push([row.cost_usd_per_kg === null ? "Cost of elements not known" : [`Elements cost `, el("b", {}, value("cost_usd_per_kg"))],
    row.melting_route ? `; made by: ${row.melting_route}` : ""]);
  if (row.hazards) list.push(el("span", { class: "warn" }, `Hazards: ${row.hazards}`));
  if (!row.lithiation_searched) list.push(el("span", { class: "warn" }, `What it forms with ${ion} is not covered by the phase data`));
  return list;
}

function againstReference(row, reference) {
  const [better, worse] = DATA.alternatives[row.rank] ?? ["", ""];
  if (!better && !worse) return null;
  return el("p", { class: "against" }, el("b", {}, "Against ", formula(reference.phase_b), ": "), better || "better in nothing",
    worse ? `; but ${worse}` : "", ".");
}

function emptyCard(host) {
  const own = DATA.run.coverage.find((entry) => entry.host === host);
  return el("article", { class: "card empty" }, el("p", { class: "eyebrow" }, `Next to ${host}`), el("h3", {}, "No composite is ranked"),
    el("p", {}, own ? `The phase data cover ${own.n_covered} of ${own.n_partners} partners. Its chemical systems:` : "It was not screened."),
    own ? el("ul", {}, Object.entries(own.systems).map(([status, count]) => el("li", {}, `${count}: ${status}`))) : null,
    el("p", { class: "quiet" }, "systems.csv has the reason for each system; excluded.csv and rejected.csv name phases left out."));
}

function howItWasScreened() {
  const { funnel, sources, coverage, settings, agreement } = DATA.run;
  const most = Math.max(1, ...funnel.map((step) => step.count));
  const width = (count) => (count ? Math.max(1, (100 * Math.log10(count + 1)) / Math.log10(most + 1)) : 0);
  return el("section", { id: "how", tabindex: "-1" }, el("h2", {}, "How it was screened"),
    el("div", { class: "flow" },
      el("div", {}, el("h3", {}, "From systems to candidates"),
        el("ol", { class: "funnel" }, funnel.map(({ step, count, note }) => el("li", {},
          el("span", { class: "bar", style: `width:${width(count).toFixed(1)}%` }), el("b", {}, count), ` ${step}`,
          note ? el("small", {}, ` (${note})`) : null))),
        el("p", { class: "quiet" }, "Bars are on a logarithmic scale.")),
      el("div", {}, el("h3", {}, "Sources of the phases"), el("ul", { class: "sources" }, sources.map((source) => el("li", {},
        el("b", {}, source.title), ` ${source.version}`, el("br"), `${source.n_phases} phases, ${source.energy_level || "level of theory not stated"}`,
        source.reference ? [el("br"), source.reference, " ", source.doi ? el("a", { href: `https://doi.org/${encodeURI(source.doi)}`, rel: "noopener" }, `doi:${source.doi}`) : ""] : null,
        el("br"), `Licence: ${source.licence}`)))),
      el("div", {}, el("h3", {}, "Coverage"),
        tableOf(`Partner elements that the phase data cover with ${DATA.meta.ion}`, ["Host", "Partners covered", "Composites ranked"],
          coverage.map((entry) => [entry.host, `${entry.n_covered} of ${entry.n_partners}`, entry.n_ranked])),
        el("h3", {}, "Agreement with experiment"), agreed(agreement)),
      el("div", {}, el("h3", {}, "Settings that differ from the defaults"),
        settings.length ? tableOf("Settings of this run", ["Key", "This run", "Default"], settings.map((row) => row.map((cell) => el("code", {}, cell))))
          : el("p", {}, "None: this is a run with the default settings."),
        el("p", { class: "quiet" }, `Checksum of all settings: ${DATA.run.settings_sha256.slice(0, 12)}; all are in provenance.json.`))),
    el("div", { class: "quiet prose" },
      el("p", {}, "Expected: A and B each react or do not, whichever is more probable. Equilibrium: every reaction goes to its end. Capacities are per gram or cm\u00b3 of delithiated composite; swelling is growth in volume over that of the delithiated composite, as a fraction. Prices are those of the elements. The claim chart is a technical reading, not legal advice."),
      el("p", {}, `Made by tieline ${DATA.meta.version}, with Tabulator (MIT), plotly.js (MIT) and 3Dmol.js (BSD-3-Clause).`)));
}

function agreed(agreement) {
  if (!agreement.coexistence) return el("p", {}, "Not compared in this run; ", el("code", {}, "report: {agreement: true}"), " in the configuration does.");
  return [tableOf("Pairs that coexist, against assessed binary phase diagrams", ["Host", "What the probability knew", "Precision", "Recall", "Binaries"],
    agreement.coexistence.map((row) => [row.host, row.knowledge, fixed(row.precision, 2), fixed(row.recall, 2), row.binaries])),
  el("p", {}, `Whether a compound reacts: right for ${agreement.activity.right} of ${agreement.activity.of} measured ones, each left out of the fit. Expected capacity within 25 %: ${agreement.capacity.right} of ${agreement.capacity.of} materials.`)];
}
