"""The 30 claims as tests: one small function per criterion, and the chart of their verdicts."""
