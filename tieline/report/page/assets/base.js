// Elements, formulas and numbers. Text enters the page as text nodes only, never as HTML.

function el(tag, attributes = {}, ...children) {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (value === null || value === undefined || value === false) continue;
    if (name.startsWith("on")) node.addEventListener(name.slice(2), value);
    else if (name in node && typeof value === "boolean") node[name] = value;
    else node.setAttribute(name, value);
  }
  node.append(...children.flat(Infinity).filter((child) => child !== null && child !== undefined && child !== ""));
  return node;
}

const MISSING = "\u2013";

// TiSi2 + NiSi2 with its digits as subscripts.
function formula(text) {
  const parts = String(text ?? MISSING).split(/(?<=[A-Za-z)\]])(\d+(?:\.\d+)?)/);
  return el("span", { class: "formula" }, parts.map((part, number) => (number % 2 ? el("sub", {}, part) : part)));
}

// The same for plotly, which reads a few HTML tags in its labels.
function formulaMarkup(text) {
  return escaped(text).replace(/(?<=[A-Za-z)\]])(\d+(?:\.\d+)?)/g, "<sub>$1</sub>");
}

function escaped(text) {
  const entities = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;" };
  return String(text ?? "").replace(/[&<>"]/g, (character) => entities[character]);
}

function fixed(value, digits) {
  if (value === null || value === undefined || Number.isNaN(value)) return MISSING;
  return digits === null || digits === undefined ? String(value) : Number(value).toFixed(digits).replace(/^-/, "\u2212");
}

// A value as its column shows it, without the unit.
function shown(column, value) {
  if (value === null || value === undefined || value === "") return MISSING;
  if (column.kind === "flag") return value ? "yes" : "no";
  if (value === 0 && column.unit === "bar") return `below ${(10 ** -column.digits).toFixed(column.digits)}`;
  if (column.kind === "number" || column.kind === "integer") return fixed(value, column.digits);
  return String(value);
}

const UNITS = { "g/cm3": "g/cm\u00b3", "mAh/cm3": "mAh/cm\u00b3", "kJ/mol": "kJ/mol", um: "\u00b5m", deg: "\u00b0" };
const unitOf = (column) => UNITS[column.unit] ?? column.unit;

function withUnit(column, value) {
  const text = shown(column, value);
  return column.unit && text !== MISSING ? `${text}\u00a0${unitOf(column)}` : text;
}

// "Si 0.7916 C 0.2084" as pairs of an element and its fraction.
function fractions(text) {
  const words = String(text ?? "").split(" ");
  const pairs = [];
  for (let n = 0; n + 1 < words.length; n += 2) pairs.push([words[n], Number(words[n + 1])]);
  return pairs;
}

function masses(pairs, batch) {
  return pairs.map(([name, share]) => `${name} ${fixed(share * batch, 3)}\u00a0g`).join(", ");
}

function tableOf(caption, heads, rows, attributes = {}) {
  return el("div", { class: "scroll", tabindex: "0", role: "region", "aria-label": caption },
    el("table", attributes,
      el("caption", { class: "quiet" }, caption),
      el("thead", {}, el("tr", {}, heads.map((head) => el("th", { scope: "col" }, head)))),
      el("tbody", {}, rows.map((row) => el("tr", {}, row.map((cell, n) =>
        n ? el("td", {}, cell) : el("th", { scope: "row" }, cell)))))));
}

function download(name, text, type) {
  const address = URL.createObjectURL(new Blob([text], { type }));
  el("a", { href: address, download: name }).click();
  setTimeout(() => URL.revokeObjectURL(address), 1000);
}
