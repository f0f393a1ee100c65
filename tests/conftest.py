"""Every test: a cache folder of its own, no data folder of the reader's, no network."""

import socket
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from labkit import paths

LOOPBACK = ("127.", "::1", "localhost")


@pytest.fixture(autouse=True)
def _own_cache(
    request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """An empty cache folder, unless the test asks for `real_cache`."""
    if "real_cache" in request.fixturenames:
        return
    monkeypatch.setenv("LABKIT_CACHE", str(tmp_path / "cache"))
    for name in ("LABKIT_DATA", "LABKIT_PROGRESS", "LABKIT_DEBUG", "HF_HUB_OFFLINE"):
        monkeypatch.delenv(name, raising=False)


@pytest.fixture
def tiny_best(monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    """The data set "made up" with a teacher and a plan for the best students."""
    from tests.helpers.tiny_best import install

    yield from install(monkeypatch)


@pytest.fixture(scope="session")
def real_cache() -> Path:
    """The cache folder that `labkit prepare` filled; only for reading."""
    folder = paths.cache()
    if not folder.is_dir():
        pytest.skip(f"nothing is prepared in {folder}: run `labkit prepare`")
    return folder


@pytest.fixture(scope="session", autouse=True)
def _no_network() -> Iterator[None]:
    """Connections leave this machine only through a loud error."""
    with pytest.MonkeyPatch.context() as patch:
        for name in ("connect", "connect_ex"):
            patch.setattr(socket.socket, name, _only_here(getattr(socket.socket, name)))
        yield


def _only_here(connect: Any) -> Any:
    def guarded(self: socket.socket, address: Any) -> Any:
        if self.family != getattr(socket, "AF_UNIX", None) and not address[0].startswith(LOOPBACK):
            raise RuntimeError(f"a test reached for the network: {address}")
        return connect(self, address)

    return guarded
