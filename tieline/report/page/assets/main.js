// Starts the page, and draws what the address says.

const MAIN = document.getElementById("main");
let OVERVIEW, opened = null;

async function render() {
  const state = readState();
  const row = BY_RANK.get(Number(state.c));
  const view = row ? `${state.c}/${state.vs}` : "";
  if (row) {
    if (opened !== view) {
      const other = BY_RANK.get(Number(state.vs));
      OVERVIEW.remove();
      MAIN.querySelector(".sheet")?.remove();
      MAIN.append(other ? comparison(row, other) : sheet(row));
      opened = view;
      window.scrollTo(0, 0);
      MAIN.focus({ preventScroll: true });
      document.title = other ? `${nameOf(row)} beside ${nameOf(other)}` : `${nameOf(row)}, candidate sheet`;
      await drawSheet(row, other);
      drawStructures();
    }
    return;
  }
  if (opened) {
    MAIN.querySelector(".sheet")?.remove();
    MAIN.append(OVERVIEW);
    TABLE?.redraw();
  }
  opened = "";
  document.title = "tieline: two-phase negative electrodes";
  if (!TABLE) await makeTable();
  syncForm(state);
  updateTable(state);
  colourPeriodic(state);
  const rows = ROWS.filter(rowFilter(state));
  document.getElementById("count").textContent = `${rows.length} of ${ROWS.length} composites`;
  const node = document.getElementById("trade-off");
  const some = await drawTradeOff(node, rows, state);
  document.getElementById("trade-off-note").textContent = `${some ? `The best ${MOST_POINTS} of those shown in the list. ` : ""}` +
    "Filled: Pareto rank 1 over the objectives of the ranking. Choose a point to open its sheet.";
  if (!node.listens) {
    node.on("plotly_click", (event) => {
      const rank = event.points[0].customdata;
      if (rank) location.hash = fragment({ c: String(rank), vs: "" });
    });
    node.listens = true;
  }
}

async function start() {
  document.querySelector("[data-skip]").addEventListener("click", (event) => { event.preventDefault(); MAIN.focus(); });
  if (typeof DecompressionStream === "undefined") {
    document.getElementById("loading").textContent = "This browser is too old for the page (it lacks DecompressionStream); the numbers are in ranked.csv beside it.";
    return;
  }
  await Promise.all([loadData(), library("tabulator"), library("plotly")]);
  document.getElementById("loading").remove();
  OVERVIEW = overview(readState());
  MAIN.append(OVERVIEW);
  await render();
  window.addEventListener("beforeprint", () => fitFigures(true));
  window.addEventListener("afterprint", () => fitFigures(false));
  window.addEventListener("hashchange", () => { render(); });
  document.documentElement.dataset.ready = "yes";
}

start();
