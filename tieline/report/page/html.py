"""One HTML file that opens from a disk: template, style, scripts and data, and nothing from a network."""

from __future__ import annotations

import base64
import gzip
import hashlib
import json
from collections.abc import Mapping
from importlib import resources
from string import Template
from typing import Any

ASSETS = resources.files("tieline.report.page") / "assets"

VENDOR = resources.files("tieline.report.page") / "vendor"

SCRIPTS = ("base.js", "data.js", "charts.js", "filters.js", "overview.js", "table.js", "sheet.js", "main.js")
"""Scripts of the page, in order; they share one scope."""

STYLES = ("page.css",)


def page(content: Mapping[str, Any]) -> str:
    """Return the page.

    Parameters
    ----------
    content
        What the scripts draw; anything JSON holds, without NaN.

    Notes
    -----
    Data and libraries are compressed and written in base64, so that no text of theirs can end the element that holds
    it. A content security policy forbids every request, and every script but those of the page, which it knows by
    their checksums.
    """
    libraries = {
        "tabulator": (VENDOR / "tabulator.min.js").read_text("utf-8"),
        "plotly": (VENDOR / "plotly-basic.min.js").read_text("utf-8"),
        "3dmol": (VENDOR / "3Dmol-min.js").read_text("utf-8"),
    }
    script = "\n".join(
        ['"use strict";', "(() => {", *((ASSETS / name).read_text("utf-8") for name in SCRIPTS), "})();"]
    )
    styles = [(VENDOR / "tabulator_simple.min.css"), *(ASSETS / name for name in STYLES)]
    allowed = " ".join(f"'sha256-{_sha256(text)}'" for text in (script, *libraries.values()))
    blocks = {f"library-{name}": packed(text) for name, text in libraries.items()}
    blocks["content"] = packed(json.dumps(content, ensure_ascii=False, allow_nan=False, separators=(",", ":")))
    return Template((ASSETS / "page.html").read_text("utf-8")).substitute(
        policy=f"default-src 'none'; script-src {allowed}; style-src 'unsafe-inline'; img-src data: blob:; "
        "base-uri 'none'; form-action 'none'",
        style="\n".join(path.read_text("utf-8") for path in styles),
        blocks="\n".join(
            f'<script type="application/octet-stream" id="{name}">{text}</script>' for name, text in blocks.items()
        ),
        script=script,
    )


def packed(text: str) -> str:
    """Return `text` compressed with gzip, in base64; the same text gives the same bytes."""
    return base64.b64encode(gzip.compress(text.encode(), compresslevel=9, mtime=0)).decode("ascii")


def _sha256(text: str) -> str:
    return base64.b64encode(hashlib.sha256(text.encode()).digest()).decode("ascii")
