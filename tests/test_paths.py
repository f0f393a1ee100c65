import sys
from pathlib import Path

import pytest

from labkit import paths


def test_the_course_folder_holds_the_project_file():
    assert (paths.root() / "pyproject.toml").exists()
    assert paths.results("ladder") == paths.root() / "data" / "results" / "ladder"


def test_the_cache_folder_can_be_chosen(monkeypatch, tmp_path):
    monkeypatch.setenv("LABKIT_CACHE", str(tmp_path))
    assert paths.cache() == tmp_path
    monkeypatch.setenv("LABKIT_CACHE", "~/mine")
    assert paths.cache() == (Path.home() / "mine").resolve()


@pytest.mark.skipif(sys.platform != "linux", reason="other systems keep caches elsewhere")
def test_without_a_choice_the_cache_is_where_the_system_keeps_caches(monkeypatch, tmp_path):
    monkeypatch.delenv("LABKIT_CACHE")
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    assert paths.cache() == tmp_path / "labkit"
    monkeypatch.delenv("XDG_CACHE_HOME")
    assert paths.cache() == Path.home() / ".cache" / "labkit"


def test_a_data_folder_that_is_not_there_is_reported(monkeypatch, tmp_path):
    assert paths.local_data() is None
    monkeypatch.setenv("LABKIT_DATA", str(tmp_path))
    assert paths.local_data() == tmp_path
    monkeypatch.setenv("LABKIT_DATA", str(tmp_path / "missing"))
    with pytest.raises(FileNotFoundError, match="no such folder"):
        paths.local_data()
