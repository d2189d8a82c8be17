"""Candidates in order of merit, and what changed since an earlier ranking."""
