"""A course folder of its own for tests of data."""

from pathlib import Path

import pytest

from tests.helpers.tiny_wheels import Lab, as_table, make_wheel


@pytest.fixture
def lab(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Lab:
    lab = Lab(tmp_path, monkeypatch)
    lab.catalogue()
    return lab


@pytest.fixture
def tiny(lab: Lab) -> Lab:
    """A lab with one model `net` in one wheel."""
    wheel = make_wheel(lab.index, "tiny-net", {"net/config.json": "{}", "net/w.safetensors": "w"})
    pypi = {"wheels": [as_table(wheel)], "files": ["net/config.json", "net/w.safetensors"]}
    lab.catalogue(net={"pypi": {**pypi, "inside": "net", "disk_mb": 1}})
    return lab
