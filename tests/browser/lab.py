"""A JupyterLab of its own for the tests: own settings, own folder, no network, no news."""

import itertools
import json
import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

SECONDS_TO_START = 120
TOKEN = "labkit-browser-tests"
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

    def address(self, path: str) -> str:
        """Where a notebook opens; in a workspace of its own, as two tabs cannot share one."""
        return f"{self.url}/lab/workspaces/{next(NUMBERS)}/tree/{path}?token={TOKEN}"

    def stop_kernels(self, *paths: str) -> None:
        """End the kernels of these notebooks, or all, so that others have the processors."""
        for session in json.loads(self._ask("GET", "/api/sessions")):
            if not paths or session["path"] in paths:
                self._ask("DELETE", f"/api/sessions/{session['id']}")

    def _ask(self, method: str, path: str) -> bytes:
        headers = {"Authorization": f"token {TOKEN}"}
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
    port = _free_port()
    with (home / "log").open("wb") as log:
        server = subprocess.Popen(
            _command(folder, port), env=_environment(home, cache), cwd=folder,
            stdin=subprocess.DEVNULL, stdout=log, stderr=log,
        )  # fmt: skip
    lab = Lab(f"http://127.0.0.1:{port}", folder, subshells)
    try:
        _wait_for(lab, server, home / "log")
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


def _command(folder: Path, port: int) -> list[str]:
    return [
        sys.executable, "-m", "jupyterlab", "--no-browser", "--ServerApp.ip=127.0.0.1",
        f"--ServerApp.port={port}", "--ServerApp.port_retries=0",
        "--LabApp.expose_app_in_browser=True", f"--ServerApp.root_dir={folder}",
        f"--IdentityProvider.token={TOKEN}",
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


def _wait_for(lab: Lab, server: subprocess.Popen[bytes], log: Path) -> None:
    end = time.monotonic() + SECONDS_TO_START
    while time.monotonic() < end and server.poll() is None:
        try:
            lab._ask("GET", "/api/status")
            return
        except (urllib.error.URLError, ConnectionError, TimeoutError):
            time.sleep(0.2)
    raise RuntimeError(f"JupyterLab did not start; its last words:\n{log.read_text()[-2000:]}")
