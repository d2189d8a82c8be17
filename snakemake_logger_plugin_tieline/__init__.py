"""Where Snakemake finds, by the name of this package, what ``--logger tieline`` means."""

from tieline.core.terminal import LogHandler

__all__ = ["LogHandler"]
