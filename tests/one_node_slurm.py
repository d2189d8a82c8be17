"""A Slurm of one node on this machine, all of it below one folder, for as long as a test takes."""

from __future__ import annotations

import os
import secrets
import shutil
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

PROGRAMS = ("munged", "slurmctld", "slurmd", "sbatch", "srun", "squeue", "sinfo", "scancel")
"""What must be installed; on Debian: slurmctld, slurmd, munge, slurm-client."""

START_S = 30.0
"""How long the daemons may take to come up."""

# The node claims more than most machines have, so that what a job asks for never depends on where the tests run.
CONFIGURATION = """\
ClusterName=test
SlurmctldHost={host}(127.0.0.1)
SlurmctldPort={control_port}
SlurmdPort={node_port}
CommunicationParameters=NoInAddrAny,NoCtldInAddrAny
AuthType=auth/munge
AuthInfo=socket={folder}/munge.socket
SlurmUser={user}
SlurmdUser={user}
StateSaveLocation={folder}/state
SlurmdSpoolDir={folder}/spool
SlurmctldPidFile={folder}/slurmctld.pid
SlurmdPidFile={folder}/slurmd.pid
SlurmctldLogFile={folder}/slurmctld.log
SlurmdLogFile={folder}/slurmd.log
SlurmdParameters=config_overrides
ProctrackType=proctrack/linuxproc
SelectType=select/cons_tres
SelectTypeParameters=CR_CPU_Memory
SchedulerParameters=sched_interval=1
AccountingStorageType=accounting_storage/none
JobAcctGatherType=jobacct_gather/linux
JobAcctGatherFrequency=1
JobAcctGatherParams=OverMemoryKill
MinJobAge=600
ReturnToService=2
NodeName={host} NodeAddr=127.0.0.1 CPUs=16 RealMemory=64000
PartitionName=main Nodes={host} Default=YES MaxTime=INFINITE State=UP
"""


class SlurmError(Exception):
    """Slurm did not come up on this machine."""


def missing_programs() -> list[str]:
    """Return which programs of Slurm and Munge are not installed."""
    return [name for name in PROGRAMS if shutil.which(name, path=_search_path()) is None]


@contextmanager
def one_node_slurm(folder: Path) -> Iterator[dict[str, str]]:
    """Start Slurm and yield the environment in which its commands reach it.

    Raises
    ------
    SlurmError
        If a daemon ends, or the node is not idle after `START_S`; with the last lines of the logs.
    """
    environment = _write_files(folder)
    daemons = [
        [
            *("munged", "--foreground", "--force", f"--key-file={folder}/munge.key", f"--socket={folder}/munge.socket"),
            *(f"--pid-file={folder}/munged.pid", f"--log-file={folder}/munged.log", f"--seed-file={folder}/munge.seed"),
        ],
        ["slurmctld", "-D"],
        ["slurmd", "-D"],
    ]
    with ExitStack() as started:
        processes = []
        for command in daemons:
            process = subprocess.Popen(
                command, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True
            )
            started.callback(_stop, process)
            processes.append(process)
        _wait_until_idle(folder, environment, processes)
        # Before the daemons stop: whatever a failed test left behind.
        started.callback(_said, environment, "scancel", "--me")
        yield environment


def _search_path() -> str:
    """Daemons are in directories that ordinary users do not search."""
    return os.pathsep.join([os.environ.get("PATH", os.defpath), "/usr/sbin", "/sbin"])


def _write_files(folder: Path) -> dict[str, str]:
    for name in ("state", "spool", "bin"):
        (folder / name).mkdir()
    key = folder / "munge.key"
    key.touch(mode=0o600)
    key.write_bytes(secrets.token_bytes(128))
    configuration = folder / "slurm.conf"
    configuration.write_text(
        CONFIGURATION.format(
            folder=folder,
            host=socket.gethostname().split(".")[0],
            user=os.getuid(),
            control_port=_free_port(),
            node_port=_free_port(),
        ),
        "utf-8",
    )
    # Within a job the plugin takes SLURM_CONF away before it calls srun, which would then look in /etc.
    srun = folder / "bin/srun"
    srun.write_text(f'#!/bin/sh\nSLURM_CONF={configuration} exec {shutil.which("srun")} "$@"\n', "utf-8")
    srun.chmod(0o755)
    outside = {key: value for key, value in os.environ.items() if not key.startswith(("SLURM_", "SBATCH_", "SRUN_"))}
    return outside | {
        "SLURM_CONF": str(configuration),
        "PATH": os.pathsep.join([str(srun.parent), _search_path()]),
    }


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _wait_until_idle(folder: Path, environment: dict[str, str], daemons: list[subprocess.Popen[bytes]]) -> None:
    end = time.monotonic() + START_S
    while time.monotonic() < end and all(daemon.poll() is None for daemon in daemons):
        if _said(environment, "sinfo", "--noheader", "--format=%T").strip() == "idle":
            return
        time.sleep(0.2)
    logs = [path.read_text("utf-8", "replace").splitlines()[-3:] for path in sorted(folder.glob("*.log"))]
    raise SlurmError(" | ".join(line for log in logs for line in log))


def _said(environment: dict[str, str], *command: str) -> str:
    return subprocess.run(command, env=environment, capture_output=True, text=True, check=False).stdout


def _stop(process: subprocess.Popen[bytes]) -> None:
    process.terminate()
    try:
        process.wait(timeout=15)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
