"""Text from outside, made so that it can be shown: no control characters, and no secret in any common spelling."""

from __future__ import annotations

import base64
import re
from collections.abc import Iterable
from functools import cache
from urllib.parse import quote

MASK = "***"
"""What stands in the place of a secret."""

SHORTEST_SECRET = 8
"""Characters; less is found by chance."""

BETWEEN = r"(?:\s|\\[nrt]|%0[9AaDd]|%20)*"
"""What may stand between the characters of a secret that is broken over lines."""


def printable(text: str) -> str:
    r"""Return `text` with its control characters, ends of lines and escape sequences spelled out.

    Parameters
    ----------
    text
        From a server, a file or a driver.

    Examples
    --------
    >>> printable("mp-149" + chr(27) + "[2J")
    'mp-149\\x1b[2J'
    """
    if text.isprintable():
        return text
    return "".join(
        sign if sign.isprintable() else sign.encode("unicode_escape", "surrogatepass").decode("ascii") for sign in text
    )


def masked(text: str, secrets: Iterable[str]) -> str:
    """Return `text` with ``***`` in the place of secrets, also where they stand in another spelling.

    Parameters
    ----------
    text
        What a server sent, or a message made from it.
    secrets
        Keys and passwords. They are found in either case, percent-encoded, as escapes of JSON and HTML, in base64
        (alone or amid other text), in hexadecimal digits, and broken by blanks or ends of lines.
    """
    for secret in secrets:
        if len(secret) >= SHORTEST_SECRET:
            text = _spellings(secret).sub(MASK, text)
    return text


@cache
def _spellings(secret: str) -> re.Pattern[str]:
    whole = BETWEEN.join(map(_sign, secret))
    encoded = secret.encode()
    others = {re.escape(part) for spelling in _in_base64(encoded) for part in (spelling, quote(spelling, safe=""))}
    digits = "".join(f"[{digit}{digit.upper()}]" for digit in encoded.hex())
    return re.compile("|".join([whole, *sorted(others, key=len, reverse=True), digits]))


def _sign(sign: str) -> str:
    """Return an expression for one character in any case and spelling."""
    spellings = []
    for case in sorted({sign.lower(), sign.upper(), sign}):
        number = ord(case)
        spellings += [re.escape(case), *(f"%(?i:{byte:02x})" for byte in case.encode() if number < 128)]
        spellings += [rf"\\+u00(?i:{number:02x})", rf"\\+x(?i:{number:02x})"]
        spellings += [f"&#0*{number};", f"&#[xX]0*(?i:{number:x});"]
    return f"(?:{'|'.join(spellings)})"


def _in_base64(secret: bytes) -> set[str]:
    """Return what of `secret` shows in base64 whatever stands before and after it."""
    found = set()
    for n_before in range(3):
        whole = base64.b64encode(bytes(n_before) + secret).decode().rstrip("=")
        # Characters that hold bits of a neighbour differ; of the first these are 0, 2 or 3, of the last at most one.
        inner = whole[(0, 2, 3)[n_before] : len(whole) - bool((n_before + len(secret)) % 3)]
        found |= {inner, inner.translate(str.maketrans("+/", "-_"))}
    return found
