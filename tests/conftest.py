"""Hypothesis draws the same examples in every run."""

from hypothesis import settings

settings.register_profile("tieline", deadline=None, derandomize=True, max_examples=30)
settings.load_profile("tieline")
