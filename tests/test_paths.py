import pytest

from labkit import paths


def test_the_course_folder_holds_the_project_file():
    assert (paths.root() / "pyproject.toml").exists()
    assert paths.results("ladder") == paths.root() / "data" / "results" / "ladder"


def test_the_cache_folder_can_be_chosen(monkeypatch, tmp_path):
    monkeypatch.setenv("LABKIT_CACHE", str(tmp_path))
    assert paths.cache() == tmp_path
    monkeypatch.delenv("LABKIT_CACHE")
    assert paths.cache().name == "labkit"


def test_a_data_folder_that_is_not_there_is_said_so(monkeypatch, tmp_path):
    assert paths.local_data() is None
    monkeypatch.setenv("LABKIT_DATA", str(tmp_path))
    assert paths.local_data() == tmp_path
    monkeypatch.setenv("LABKIT_DATA", str(tmp_path / "missing"))
    with pytest.raises(FileNotFoundError, match="no such folder"):
        paths.local_data()
