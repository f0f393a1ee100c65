"""A course folder of its own for tests of data."""

from pathlib import Path

import pytest

from tests.helpers.tiny_wheels import Lab


@pytest.fixture
def lab(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Lab:
    lab = Lab(tmp_path, monkeypatch)
    lab.catalogue()
    return lab
