"""A real `transformers serve` on this machine, with SmolLM2 from the cache."""

import os
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

PATIENCE = 180.0
"""Seconds until the server must be up; it loads half a gigabyte."""


@contextmanager
def chat_server(folder: Path, log: Path) -> Iterator[str]:
    """The address of a running server; `folder` holds the model and is its name."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    serve = [str(Path(sys.executable).with_name("transformers")), "serve", str(folder)]
    where = ["--host", "127.0.0.1", "--port", str(port), "--device", "cpu", "--dtype", "float32"]
    quiet = {**os.environ, "OMP_NUM_THREADS": "1", "HF_HUB_OFFLINE": "1"}
    with log.open("w") as told:
        server = subprocess.Popen([*serve, *where], stdout=told, stderr=told, env=quiet)
    try:
        _wait(f"http://127.0.0.1:{port}/health", server, log)
        yield f"http://127.0.0.1:{port}/v1"
    finally:
        server.terminate()
        server.wait(30)


def _wait(address: str, server: "subprocess.Popen[bytes]", log: Path) -> None:
    """Until /health answers; /v1/models gives 500 where there is no cache of the Hub."""
    end = time.monotonic() + PATIENCE
    while time.monotonic() < end:
        try:
            with urllib.request.urlopen(address, timeout=2):
                return
        except OSError:
            if server.poll() is not None:
                raise RuntimeError(f"the server ended: {log.read_text()[-2000:]}") from None
            time.sleep(0.3)
    raise RuntimeError(f"the server was not up in time: {log.read_text()[-2000:]}")
