"""The Hub is asked for plain files only, and each refusal says what to do."""

import hashlib
from pathlib import Path

import pytest

from labkit.data import hub
from labkit.data.catalog import AssetError, entries
from labkit.data.fetch import fetch
from tests.helpers.tiny_wheels import Lab


@pytest.fixture
def asked(monkeypatch, tmp_path):
    """A Hub that hands out an empty folder; what it was asked for."""
    calls = []

    def download(repository, **options):
        calls.append({"repository": repository, **options})
        return str(tmp_path)

    monkeypatch.setattr("huggingface_hub.snapshot_download", download)
    return calls


def test_a_model_is_asked_for_without_pickles_or_scripts(asked, tmp_path):
    (tmp_path / "model.safetensors").write_bytes(b"weights")
    assert hub.fetch(entries()["roberta-base"]) == tmp_path
    patterns = asked[0]["allow_patterns"]
    assert "*.safetensors" in patterns
    assert not any(pattern.endswith((".bin", ".py", ".pkl", "*")) for pattern in patterns)


def test_a_repository_without_plain_weights_is_refused_with_a_way_out(asked):
    with pytest.raises(AssetError, match="never pickle"):
        hub.fetch(entries()["roberta-base"])


def test_a_hub_out_of_reach_names_the_model_and_the_way_out(monkeypatch):
    def refuse(repository, **options):
        raise OSError("no route")

    monkeypatch.setattr("huggingface_hub.snapshot_download", refuse)
    with pytest.raises(AssetError, match=r"roberta-base.*no route.*HF_HUB_OFFLINE"):
        hub.fetch(entries()["roberta-base"])


def test_a_damaged_file_in_the_hubs_cache_is_removed_and_fetched_again(asked, tmp_path, capsys):
    blob = tmp_path.with_name("blobs") / hashlib.sha256(b"weights").hexdigest()
    blob.parent.mkdir()
    blob.write_bytes(b"w8ights")
    (tmp_path / "model.safetensors").symlink_to(blob)
    with pytest.raises(AssetError):  # the made-up Hub has nothing to put in its place
        hub.fetch(entries()["roberta-base"])
    assert len(asked) == 2
    assert not blob.exists()
    assert "damaged" in capsys.readouterr().err


def test_the_hub_without_network_is_a_plain_error(
    lab: Lab, monkeypatch: pytest.MonkeyPatch
) -> None:
    import huggingface_hub
    from huggingface_hub.errors import LocalEntryNotFoundError

    def unreachable(*_: object, **__: object) -> str:
        raise LocalEntryNotFoundError("cannot find the files\nlong explanation")

    monkeypatch.setattr(huggingface_hub, "snapshot_download", unreachable)
    lab.catalogue(net={"hub": {"id": "someone/net"}})
    with pytest.raises(AssetError, match=r"cannot find the files\. Check the network"):
        fetch("net")


def test_a_hub_model_is_asked_for_safetensors_only_and_pickle_alone_is_refused(
    lab: Lab, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    import huggingface_hub

    asked: dict[str, list[str]] = {}

    def snapshot(repo: str, **settings: list[str]) -> str:
        asked.update(settings)
        return str(tmp_path / "snapshot")

    (tmp_path / "snapshot").mkdir()
    monkeypatch.setattr(huggingface_hub, "snapshot_download", snapshot)
    lab.catalogue(net={"hub": {"id": "someone/net"}})
    with pytest.raises(AssetError, match="never pickle"):
        fetch("net")
    assert asked["allow_patterns"] == list(hub.MODEL_FILES)
    assert not any("bin" in p or "py" in p for p in asked["allow_patterns"])
    (tmp_path / "snapshot" / "model.safetensors").write_text("")
    assert fetch("net") == tmp_path / "snapshot"
