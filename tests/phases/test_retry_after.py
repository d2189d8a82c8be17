"""When to ask again."""

from __future__ import annotations

import time
from email.utils import formatdate

import pytest

from tieline.phases.retry_after import retry_after_s


@pytest.mark.parametrize(
    ("header", "seconds"),
    [("", 0), ("7", 7), ("1.5", 1.5), ("-3", 0), ("soon", 0), ("Thu, 01 Jan 1970 00:00:00 GMT", 0)],
)
def test_retry_after(header, seconds):
    assert retry_after_s({"Retry-After": header}) == seconds


def test_retry_after_as_a_date():
    assert retry_after_s({"Retry-After": formatdate(time.time() + 60, usegmt=True)}) == pytest.approx(60, abs=2)


def test_no_header():
    assert retry_after_s({}) == 0.0
