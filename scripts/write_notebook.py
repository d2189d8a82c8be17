"""Run the cells of the notebooks in docs/, without a kernel, and write what comes out into them."""

from __future__ import annotations

import ast
from pathlib import Path
from typing import Any

import nbformat
from nbformat import NotebookNode

DOCS = Path(__file__).parents[1] / "docs"


def run(notebook: NotebookNode) -> NotebookNode:
    """Return a notebook with its code cells run, one after the other, and the value of each cell's last line."""
    names: dict[str, Any] = {"__name__": "__main__"}
    done = nbformat.from_dict(notebook)
    for number, cell in enumerate(done.cells):
        cell.id = f"cell-{number}"
        if cell.cell_type == "code":
            cell.execution_count = None
            cell.outputs = [
                nbformat.v4.new_output("execute_result", data) for data in [_value(cell.source, names)] if data
            ]
    return done


def _value(source: str, names: dict[str, Any]) -> dict[str, Any]:
    """Run a cell and return its value as a notebook shows it."""
    tree = ast.parse(source)
    last = tree.body.pop() if isinstance(tree.body[-1], ast.Expr) else None
    exec(compile(tree, "<cell>", "exec"), names)  # noqa: S102
    if last is None:
        return {}
    value = eval(compile(ast.Expression(last.value), "<cell>", "eval"), names)  # noqa: S307
    if hasattr(value, "to_plotly_json"):
        import json

        traces = ", ".join(trace.name for trace in value.data)
        return {"application/vnd.plotly.v1+json": json.loads(value.to_json()), "text/plain": f"Figure: {traces}"}
    html = {"text/html": value.to_html()} if hasattr(value, "to_html") else {}
    return {"text/plain": repr(value)} | html


if __name__ == "__main__":
    for path in sorted(DOCS.glob("*.ipynb")):
        nbformat.write(run(nbformat.read(path, as_version=4)), path)
