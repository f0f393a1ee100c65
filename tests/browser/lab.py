"""A JupyterLab of its own for the tests: own settings, own folder, no network, no news."""

import itertools
import json
import os
import secrets
import shutil
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

SECONDS_TO_START = 90
STARTS = 3
"""Another program may take the free port before JupyterLab does."""
NUMBERS = itertools.count()
NEWS = "@jupyterlab/apputils-extension:announcements"


@dataclass(frozen=True)
class Lab:
    """A running JupyterLab."""

    url: str
    folder: Path
    """Where its notebooks lie; copies, which tests may change."""
    subshells: bool
    """Whether messages of widgets go to a second thread of the kernel (JupyterLab's default)."""
    token: str = field(default_factory=lambda: secrets.token_hex(16))
    """Its own, so that no test talks to another JupyterLab on a port that was free before."""

    def address(self, path: str) -> str:
        """Where a notebook opens; in a workspace of its own, as two tabs cannot share one."""
        return f"{self.url}/lab/workspaces/{next(NUMBERS)}/tree/{path}?token={self.token}"

    def stop_kernels(self, *paths: str) -> None:
        """End the kernels of these notebooks, or all, so that others have the processors."""
        for session in json.loads(self._ask("GET", "/api/sessions")):
            if not paths or session["path"] in paths:
                self._ask("DELETE", f"/api/sessions/{session['id']}")

    def _ask(self, method: str, path: str) -> bytes:
        headers = {"Authorization": f"token {self.token}"}
        request = urllib.request.Request(self.url + path, method=method, headers=headers)
        with urllib.request.urlopen(request, timeout=60) as reply:
            return bytes(reply.read())


@contextmanager
def jupyterlab(home: Path, subshells: bool, cache: Path) -> Iterator[Lab]:
    """Start JupyterLab in the folder `home`; it and all its kernels end with the block.

    cache: labkit's cache, with the data and teachers that the lessons need
    """
    folder = home / "notebooks"
    folder.mkdir(parents=True)
    _settings(home / "config" / "labconfig", subshells)
    lab, server = _started(home, folder, subshells, cache)
    try:
        yield lab
        lab.stop_kernels()
    finally:
        server.terminate()
        try:
            server.wait(20)
        except subprocess.TimeoutExpired:
            server.kill()
            server.wait()


def copy_lessons(notebooks: Path, folder: Path) -> None:
    """Copy the lessons and their solutions, so that no test changes the course itself."""
    for path in [*notebooks.glob("*.ipynb"), *notebooks.glob("solutions/*.ipynb")]:
        target = folder / path.relative_to(notebooks)
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(path, target)


def _settings(folder: Path, subshells: bool) -> None:
    folder.mkdir(parents=True)
    overrides = {
        "@jupyterlab/apputils-extension:kernels-settings": {
            "commsOverSubshells": "perCommTarget" if subshells else "disabled"
        },
        "@jupyter-widgets/jupyterlab-manager:plugin": {"saveState": True},
        "@jupyterlab/docmanager-extension:plugin": {"autosave": False},
    }
    quiet = {"disabledExtensions": {NEWS: True}}
    (folder / "default_setting_overrides.json").write_text(json.dumps(overrides))
    (folder / "page_config.json").write_text(json.dumps(quiet))


def _command(lab: Lab, port: int) -> list[str]:
    return [
        sys.executable, "-m", "jupyterlab", "--no-browser", "--ServerApp.ip=127.0.0.1",
        f"--ServerApp.port={port}", "--ServerApp.port_retries=0",
        "--LabApp.expose_app_in_browser=True", f"--ServerApp.root_dir={lab.folder}",
        f"--IdentityProvider.token={lab.token}",
        *(["--allow-root"] if os.name == "posix" and os.geteuid() == 0 else []),
    ]  # fmt: skip


def _environment(home: Path, cache: Path) -> dict[str, str]:
    own = {
        "JUPYTER_CONFIG_DIR": home / "config", "JUPYTER_DATA_DIR": home / "data",
        "JUPYTER_RUNTIME_DIR": home / "runtime", "IPYTHONDIR": home / "ipython",
        "JUPYTERLAB_SETTINGS_DIR": home / "settings",
        "JUPYTERLAB_WORKSPACES_DIR": home / "workspaces",
        "LABKIT_CACHE": cache, "LABKIT_PROGRESS": home / "progress.json",
        "JUPYTER_PREFER_ENV_PATH": 1, "HF_HUB_OFFLINE": 1,
    }  # fmt: skip
    return os.environ | {name: str(value) for name, value in own.items()}


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _started(
    home: Path, folder: Path, subshells: bool, cache: Path
) -> tuple[Lab, subprocess.Popen[bytes]]:
    """JupyterLab on a free port, once it answers."""
    for _ in range(STARTS):
        port = _free_port()
        lab = Lab(f"http://127.0.0.1:{port}", folder, subshells)
        with (home / "log").open("ab") as log:
            server = subprocess.Popen(
                _command(lab, port), env=_environment(home, cache), cwd=folder,
                stdin=subprocess.DEVNULL, stdout=log, stderr=log,
            )  # fmt: skip
        ready = False
        try:
            ready = _answers(lab, server)
        finally:
            if not ready:
                server.kill()
                server.wait()
        if ready:
            return lab, server
    words = (home / "log").read_text()[-2000:]
    raise RuntimeError(f"JupyterLab did not start in {STARTS} tries; its last words:\n{words}")


def _answers(lab: Lab, server: subprocess.Popen[bytes]) -> bool:
    end = time.monotonic() + SECONDS_TO_START
    while time.monotonic() < end and server.poll() is None:
        try:
            lab._ask("GET", "/api/status")
            return True
        except (urllib.error.URLError, ConnectionError, TimeoutError):
            time.sleep(0.2)
    return False
