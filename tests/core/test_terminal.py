"""What a run shows, from the messages that Snakemake 9 gives its logger plugins."""

from __future__ import annotations

import logging
from pathlib import Path

import pytest
from snakemake.settings.enums import Quietness
from snakemake.settings.types import OutputSettings
from snakemake_interface_logger_plugins.common import LogEvent
from snakemake_interface_logger_plugins.registry import LoggerPluginRegistry

from tieline.core.logs import SHOWN_LATER, logging_to
from tieline.core.terminal import one_line

STATUS = (
    "RuleException:\nCalledProcessError in file \"x.smk\", line 86:\nCommand 'bash' died with <Signals.SIGKILL: 9>."
)
END = "WorkflowError:\nAt least one job did not complete successfully."


@pytest.fixture(autouse=True)
def _environment(monkeypatch):
    """A run says that errors are shown later; other tests should not see that."""
    monkeypatch.setenv(SHOWN_LATER, "")


def handler(**settings):
    return LoggerPluginRegistry().get_plugin("tieline").log_handler(OutputSettings(**settings), None)


def emit(to, message=None, level=logging.INFO, **fields):
    record = logging.LogRecord("snakemake.logging", level, __file__, 1, message, (), None)
    vars(record).update(fields)
    to.handle(record)


def started(to, rule, **wildcards):
    emit(to, event=LogEvent.JOB_INFO, rule_name=rule, wildcards=wildcards, log=[f"results/logs/{rule}.log"], jobid=1)


def failed(to, rule, log):
    emit(to, "Error in rule", logging.ERROR, event=LogEvent.JOB_ERROR, rule_name=rule, log=[str(log)], rule_msg=None)


def test_a_line_for_each_rule_and_then_the_result(capsys):
    run = handler()
    emit(run, "Building DAG of jobs...")
    stats = {"optimade": 1, "phases": 1, "screen": 1, "total": 3}
    emit(run, "Job stats:\n...", event=LogEvent.RUN_INFO, stats=stats)
    started(run, "optimade", name="oqmd")
    emit(run, "Finished jobid: 1", event=LogEvent.JOB_FINISHED, job_id=1)
    emit(run, None, event=LogEvent.PROGRESS, done=1, total=3)
    started(run, "phases")
    started(run, "screen")
    emit(run, "5 composites in results/ranked.csv\n")
    emit(run, "Complete log(s): .snakemake/log/x.log")
    run.close()
    said = capsys.readouterr()
    assert said.err.splitlines() == ["[1/2] optimade oqmd", "[2/2] phases", "5 composites in results/ranked.csv"]
    assert said.out == ""


def test_the_message_of_the_rule_comes_last_with_its_log(capsys, tmp_path):
    run, log = handler(), tmp_path / "phases.log"
    with logging_to(log):
        logging.getLogger("tieline.phases").error("mine.csv: no energy column")
    run_error = END.replace("WorkflowError:\n", "")
    emit(run, STATUS, logging.ERROR, event=LogEvent.ERROR, exception="RuleException")
    failed(run, "phases", log)
    emit(run, "Exiting because a job execution failed. Look above for error messages", logging.ERROR)
    emit(run, END, logging.ERROR, event=LogEvent.ERROR, exception="WorkflowError")
    run.close()
    said = capsys.readouterr().err
    assert said == f"tieline: mine.csv: no energy column (log: {log})\n"
    assert run_error not in said


def test_a_rule_that_was_killed(capsys, tmp_path):
    run, log = handler(), tmp_path / "potential.log"
    with logging_to(log):
        logging.getLogger("tieline.relaxation").info("3 of 900 relaxed")
    emit(run, STATUS, logging.ERROR, event=LogEvent.ERROR, exception="RuleException")
    failed(run, "potential", log)
    run.close()
    (line,) = capsys.readouterr().err.splitlines()
    assert line == (
        "tieline: potential ended without saying why (died with <Signals.SIGKILL: 9>): was it killed, or out of memory?"
        f" (log: {log})"
    )


def test_a_group_of_jobs_on_a_cluster(capsys, tmp_path):
    run, log = handler(), tmp_path / "claims.log"
    with logging_to(log):
        logging.getLogger("tieline.claims").error("claims: no column 'x'")
    jobs = [{"rule_name": "claims", "log": [str(log)], "jobid": 3, "output": []}]
    emit(run, "SLURM-job failed", logging.ERROR, event=LogEvent.GROUP_ERROR, job_error_info=jobs, aux_logs=[])
    run.close()
    assert capsys.readouterr().err == f"tieline: claims: no column 'x' (log: {log})\n"


def test_errors_before_any_rule(capsys):
    run = handler()
    emit(run, "MissingRuleException:\nNo rule to produce rankin.", logging.ERROR, event=LogEvent.ERROR)
    run.close()
    run.close()
    assert capsys.readouterr().err == "tieline: No rule to produce rankin.\n"


def test_of_a_traceback_the_line_that_says_what(tmp_path):
    with pytest.raises(FileNotFoundError) as caught:
        Path(tmp_path / "nowhere").read_text("utf-8")
    text = f"Traceback (most recent call last):\n  File x\nFileNotFoundError: {caught.value}\n"
    assert one_line(text) == f"FileNotFoundError: {caught.value}"


@pytest.mark.parametrize("settings", [{"dryrun": True}, {"verbose": True}, {"quiet": {Quietness.HOST}}])
def test_who_asks_for_snakemakes_report_gets_it(settings, capsys):
    run = handler(**settings, stdout=True)
    emit(run, "Job stats:\n...", event=LogEvent.RUN_INFO, stats={})
    emit(run, "host", event=LogEvent.WORKFLOW_STARTED, quietness=Quietness.HOST) if "quiet" in settings else None
    run.close()
    assert "Job stats" in capsys.readouterr().out
