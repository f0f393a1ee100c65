"""A real Slurm on this machine: one controller and two nodes, stopped when a test is over."""

import getpass
import os
import secrets
import shutil
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

PROGRAMS = ("munged", "slurmctld", "slurmd")
CONFIG = """
ClusterName=lab
SlurmctldHost=localhost
AuthType=auth/munge
CryptoType=crypto/munge
AuthInfo=socket={folder}/munge.socket,cred_expire=4
ProctrackType=proctrack/linuxproc
TaskPlugin=task/none
SelectType=select/cons_tres
SelectTypeParameters=CR_Core
SlurmdSpoolDir={folder}/%n
StateSaveLocation={folder}/state
SlurmctldPidFile={folder}/slurmctld.pid
SlurmdPidFile={folder}/%n.pid
SlurmctldPort={ports[0]}
SlurmUser={user}
SlurmdUser={user}
ReturnToService=2
KillWait=2
MinJobAge=10
NodeName=n1 NodeHostname=localhost NodeAddr=127.0.0.1 Port={ports[1]} CPUs=1 RealMemory=4000
NodeName=n2 NodeHostname=localhost NodeAddr=127.0.0.1 Port={ports[2]} CPUs=1 RealMemory=4000
PartitionName=lab Nodes=n1,n2 Default=YES State=UP
"""


def missing() -> str:
    """What stops this machine from beginning a Slurm, in a sentence; "" for nothing."""
    found = os.environ["PATH"] + ":/usr/sbin"
    lacking = [name for name in PROGRAMS if shutil.which(name, path=found) is None]
    return f"needs {', '.join(lacking)}: apt-get install slurm-wlm munge" if lacking else ""


@contextmanager
def running(folder: Path) -> Iterator[dict[str, str]]:
    """The environment in which commands find the cluster, both of its nodes idle."""
    for name in ("state", "n1", "n2"):
        (folder / name).mkdir()
    key = folder / "munge.key"
    key.touch(mode=0o600)
    key.write_bytes(secrets.token_bytes(128))
    config = folder / "slurm.conf"
    config.write_text(CONFIG.format(folder=folder, user=getpass.getuser(), ports=_free_ports(3)))
    env = os.environ | {"SLURM_CONF": str(config), "PATH": os.environ["PATH"] + ":/usr/sbin"}
    with ExitStack() as stack:
        for program in _programs(folder, config):
            stack.enter_context(_process(program, env, folder / "log"))
        _wait_for_nodes(env, folder / "log")
        yield {name: env[name] for name in ("SLURM_CONF", "PATH")}


def _programs(folder: Path, config: Path) -> list[list[str]]:
    """Each in the foreground, so that the process that is stopped is the one that was begun."""
    places = {"key-file": "key", "socket": "socket", "pid-file": "pid", "log-file": "log",
              "seed-file": "seed"}  # fmt: skip
    munge = [f"--{option}={folder}/munge.{name}" for option, name in places.items()]
    return [
        ["munged", "--foreground", "--force", *munge],
        ["slurmctld", "-D", "-f", str(config)],
        ["slurmd", "-D", "-f", str(config), "-N", "n1"],
        ["slurmd", "-D", "-f", str(config), "-N", "n2"],
    ]


@contextmanager
def _process(program: list[str], env: dict[str, str], log: Path) -> Iterator[None]:
    with log.open("ab") as file:
        begun = subprocess.Popen(program, env=env, stdout=file, stderr=file)
    try:
        yield
    finally:
        begun.terminate()
        try:
            begun.wait(20)
        except subprocess.TimeoutExpired:
            begun.kill()
            begun.wait()


def _wait_for_nodes(env: dict[str, str], log: Path) -> None:
    asked = ["sinfo", "--noheader", "--Node", "--format", "%T"]
    for _ in range(120):
        found = subprocess.run(asked, env=env, capture_output=True, text=True, check=False)
        if found.stdout.split() == ["idle", "idle"]:
            return
        time.sleep(0.5)
    raise RuntimeError(f"Slurm did not begin: {log.read_text(errors='replace')[-3000:]}")


def _free_ports(count: int) -> list[int]:
    with ExitStack() as stack:
        taken = [stack.enter_context(socket.socket()) for _ in range(count)]
        for each in taken:
            each.bind(("127.0.0.1", 0))
        return [each.getsockname()[1] for each in taken]
