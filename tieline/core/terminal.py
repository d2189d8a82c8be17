"""What a run shows on the terminal: a line as each rule starts, the result, and what went wrong last of all.

Snakemake's own report, which has all the rest, is in ``.snakemake/log``. Dry runs and runs with ``--verbose`` or
``--quiet`` show it as Snakemake does.
"""

from __future__ import annotations

import logging
import os
import re
import sys
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from snakemake_interface_logger_plugins.base import LogHandlerBase
from snakemake_interface_logger_plugins.common import LogEvent

from tieline.core.config_files import check_config_file, config_files_on
from tieline.core.errors import TielineError
from tieline.core.logs import SHOWN_LATER, last_error

TARGETS = frozenset({"all", "screen"})
"""Rules that only name what is wanted."""

NOISE = (
    "'sacct' unavailable",
    "Assuming unrestricted shared filesystem usage",
    "Building DAG of jobs",
    "Complete log(s):",
    "Conda environments: ignored",
    "Creating specified working directory",
    "Elapsed time:",
    "Falling back to 'sacct'",
    "Group jobs: inactive",
    "Guessed SLURM account",
    "Job ",
    "No SLURM account given",
    "SLURM run ID:",
    "Select jobs to execute",
    "Shutting down, this might take some time",
    "Singularity containers: ignored",
    "Submitted array job",
    "Using shell:",
)
"""How messages of Snakemake begin that say nothing of the run, or that its log file is for."""

STATUS = re.compile(r"(?:died with|returned) .+?(?=\.?$)", re.MULTILINE)
"""How a process ended, in Snakemake's words."""


class LogHandler(LogHandlerBase):
    """Snakemake's logger plugin of the name ``tieline``."""

    writes_to_stream = True
    writes_to_file = False
    has_filter = True
    has_formatter = True
    needs_rulegraph = False

    def __post_init__(self) -> None:
        """Begin a run."""
        settings = self.common_settings
        self._snakemakes = _snakemakes_own(settings) if settings.dryrun or settings.verbose or settings.quiet else None
        self._n_jobs = self._n_started = 0
        self._failed: dict[str, Path] = {}
        self._errors: list[str] = []
        # Before Snakemake changes into another folder.
        self._config_files = [path.absolute() for path in config_files_on(sys.argv[1:])]
        if self._snakemakes is None:
            os.environ[SHOWN_LATER] = "1"

    def emit(self, record: logging.LogRecord) -> None:
        """Show what the user should see now; errors wait for the end."""
        if self._snakemakes is not None and (self.common_settings.verbose or record.levelno < logging.ERROR):
            self._snakemakes.handle(record)
            return
        event = getattr(record, "event", None)
        said = vars(record)
        if event == LogEvent.RUN_INFO:
            stats: Mapping[str, int] = said.get("stats", {})
            self._n_jobs = stats.get("total", 0) - sum(stats.get(name, 0) for name in TARGETS)
        elif event == LogEvent.JOB_INFO:
            self._start(said["rule_name"], said["wildcards"])
        elif event == LogEvent.JOB_ERROR:
            self._fail(said["rule_name"], said["log"], said["rule_msg"])
        elif event == LogEvent.GROUP_ERROR:
            for job in said["job_error_info"]:
                self._fail(job["rule_name"], job["log"], said["msg"])
        elif record.levelno >= logging.ERROR:
            self._errors.append(record.getMessage())
        elif event is None and record.msg and not record.getMessage().startswith(NOISE):
            _show(record.getMessage())

    def close(self) -> None:
        """Show the errors, each in one line."""
        if self._failed:
            # What Snakemake says of it is how the process ended.
            ends = [status[0] for status in map(STATUS.search, self._errors) if status]
            for rule, log in self._failed.items():
                _show(f"tieline: {_reason(rule, log, ends)} (log: {log})")
        elif self._errors:
            # Snakemake names neither the file nor the line of a configuration that it cannot read.
            unread = None if self._n_started else _unreadable(self._config_files)
            for error in [unread] if unread else map(one_line, self._errors):
                _show(f"tieline: {error}")
        self._failed, self._errors = {}, []
        super().close()

    def _start(self, rule: str, wildcards: Mapping[str, str]) -> None:
        if rule not in TARGETS:
            self._n_started += 1
            _show(" ".join([f"[{self._n_started}/{max(self._n_jobs, self._n_started)}] {rule}", *wildcards.values()]))

    def _fail(self, rule: str, logs: Iterable[str], message: str | None) -> None:
        for log in logs:
            self._failed[rule] = Path(log)
        if message:
            self._errors.append(message)


def one_line(error: str) -> str:
    r"""Return what an error of Snakemake says in one line: of a traceback the last, where the exception is named.

    Examples
    --------
    >>> one_line("WorkflowError:\nConfig file must be given as JSON or YAML with keys at top level.")
    'Config file must be given as JSON or YAML with keys at top level.'
    """
    lines = [line.strip() for line in error.splitlines() if line.strip()]
    if lines and lines[0].startswith("Traceback"):
        return lines[-1]
    own_name = re.compile(r"^\w+(Error|Exception)( in .*)?:$")
    return " ".join(line for line in lines if not own_name.match(line)) or " ".join(lines)


def _reason(rule: str, log: Path, ends: list[str]) -> str:
    message = last_error(log)
    if message is None:
        how = f" ({'; '.join(dict.fromkeys(ends))})" if ends else ""
        return f"{rule} ended without saying why{how}: was it killed, or out of memory?"
    return message


def _unreadable(config_files: Iterable[Path]) -> str | None:
    """Return what is wrong with the first of the files that cannot be read."""
    for path in config_files:
        try:
            check_config_file(path)
        except TielineError as error:
            return str(error)
    return None


def _show(text: str) -> None:
    sys.stderr.write(f"{text.rstrip()}\n")
    sys.stderr.flush()


def _snakemakes_own(settings: Any) -> logging.Handler:
    """Return what Snakemake would show messages with, had it no plugin."""
    # Snakemake imports its plugins while it is being imported.
    from snakemake.logging import ColorizingTextHandler, DefaultFilter, DefaultFormatter  # noqa: PLC0415

    handler: logging.Handler = ColorizingTextHandler(
        nocolor=settings.nocolor, stream=sys.stdout if settings.stdout else sys.stderr
    )
    handler.addFilter(
        DefaultFilter(settings.quiet, settings.debug_dag, settings.verbose, settings.dryrun, settings.printshellcmds)
    )
    handler.setFormatter(DefaultFormatter(settings.quiet, settings.show_failed_logs))
    return handler
