"""Secrets and control characters in text from outside."""

from __future__ import annotations

import base64
from urllib.parse import quote

import pytest

from tieline.core.harmless import masked, printable

SECRET = "s3cret+KEY/of=mine"  # noqa: S105


@pytest.mark.parametrize(
    "spelling",
    [
        SECRET,
        SECRET.upper(),
        quote(SECRET, safe=""),
        quote(SECRET, safe="").lower(),
        "".join(f"\\u{ord(sign):04x}" for sign in SECRET),
        "".join(f"\\\\x{ord(sign):02X}" for sign in SECRET),
        "".join(f"&#x{ord(sign):X};" for sign in SECRET),
        f"{SECRET[:5]}\\n{SECRET[5:9]} \t\r\n{SECRET[9:]}",
        SECRET.encode().hex(),
    ],
)
def test_a_secret_in_any_spelling(spelling):
    assert masked(f"key={spelling}; no", [SECRET]) == "key=***; no"


@pytest.mark.parametrize("before", [b"", b"x", b"xy", b"xyz"])
@pytest.mark.parametrize("after", [b"", b"x", b"xy"])
@pytest.mark.parametrize("encode", [base64.b64encode, base64.urlsafe_b64encode])
def test_a_secret_in_base64(before, after, encode):
    """All but a few bits at its ends."""
    text = masked(encode(before + SECRET.encode() + after).decode(), [SECRET])
    left = "".join(text.split("***"))
    assert "***" in text
    assert len(left) <= 9


@pytest.mark.parametrize("text", ["", "mp-149", SECRET[:-1], SECRET[1:], "***"])
def test_other_text_stays(text):
    assert masked(text, [SECRET, "", "mp"]) == text


def test_printable():
    assert printable("Li₁₅Si₄ é") == "Li₁₅Si₄ é"
    assert printable("a\x1b[31m\r\nb\x00\u202e\ud800") == "a\\x1b[31m\\r\\nb\\x00\\u202e\\ud800"
