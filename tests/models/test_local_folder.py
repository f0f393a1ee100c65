import json

import pytest
import torch

from labkit.models.encoders import load_encoder, load_tokenizer
from labkit.models.local_folder import UnsafeModel, checked, damaged_files, write_sums
from tests.helpers import tiny

OUTSIDE = ("../other.safetensors", "/etc/passwd", "a\\b.safetensors", "x.bin", 3, "")


@pytest.fixture
def folder(tmp_path):
    path = tmp_path / "model"
    tiny.bert().save_pretrained(path)
    tiny.tokenizer().save_pretrained(path)
    return path


def change(folder, **values):
    file = folder / "config.json"
    file.write_text(json.dumps(json.loads(file.read_text()) | values))


def test_a_folder_of_safetensors_is_read(folder):
    assert checked(folder) == folder
    assert load_encoder(str(folder), 3).config.num_labels == 3
    assert load_tokenizer(str(folder)).model_max_length == 512


@pytest.mark.parametrize("name", ["pytorch_model.bin", "model.pt", "weights.pkl"])
def test_a_pickle_is_refused_with_a_sentence(folder, name):
    (folder / "model.safetensors").unlink()
    torch.save(tiny.bert().state_dict(), folder / name)
    with pytest.raises(UnsafeModel, match=rf"its weights are in {name}, which could run code"):
        load_encoder(str(folder), 3)


def test_a_pickle_beside_safetensors_is_not_read(folder):
    (folder / "pytorch_model.bin").write_bytes(b"not even a pickle")
    assert load_encoder(str(folder), 3).config.num_labels == 3


def test_code_of_a_repository_is_never_asked_for(folder, monkeypatch):
    change(folder, auto_map={"AutoModelForSequenceClassification": "evil.Model"}, model_type="evil")
    (folder / "evil.py").write_text("raise SystemExit('ran')")
    monkeypatch.setattr("builtins.input", lambda *_: pytest.fail("asked on standard input"))
    for load in (lambda: load_encoder(str(folder), 3), lambda: load_tokenizer(str(folder))):
        with pytest.raises(UnsafeModel, match="wants to run code of its own"):
            load()


@pytest.mark.parametrize("part", OUTSIDE)
def test_a_list_of_parts_may_not_point_out_of_its_folder(folder, part):
    index = {"metadata": {}, "weight_map": {"a": "model.safetensors", "b": part}}
    (folder / "model.safetensors.index.json").write_text(json.dumps(index))
    with pytest.raises(UnsafeModel, match="wanted names of safetensors files in the same folder"):
        checked(folder)


def test_a_link_out_of_the_folder_is_not_taken_for_weights(folder, tmp_path):
    (folder / "model.safetensors").rename(tmp_path / "elsewhere.safetensors")
    (folder / "model.safetensors").symlink_to(tmp_path / "elsewhere.safetensors")
    with pytest.raises(UnsafeModel, match="no weights as safetensors"):
        checked(folder)


def test_the_links_of_the_hubs_own_cache_are_followed(folder, tmp_path):
    snapshot = tmp_path / "models--x" / "snapshots" / "abc"
    blobs = tmp_path / "models--x" / "blobs"
    snapshot.parent.mkdir(parents=True), blobs.mkdir()
    folder.rename(snapshot)
    (snapshot / "model.safetensors").rename(blobs / "0123")
    (snapshot / "model.safetensors").symlink_to("../../blobs/0123")
    assert checked(snapshot) == snapshot


@pytest.mark.parametrize("content", [b"", b"{", b"[1]", b"\0" * 30, b"[" * 100_000])
def test_a_damaged_configuration_is_one_sentence(folder, content):
    (folder / "config.json").write_bytes(content)
    with pytest.raises(UnsafeModel, match=r"config.json is empty or damaged; save the model again"):
        load_encoder(str(folder), 3)


def test_folders_that_hold_no_model_are_refused(folder, tmp_path):
    with pytest.raises(FileNotFoundError, match="there is no model folder"):
        checked(tmp_path / "absent")
    (folder / "adapter_config.json").write_text("{}")
    with pytest.raises(UnsafeModel, match="holds an adapter"):
        checked(folder)
    (folder / "config.json").unlink()
    with pytest.raises(UnsafeModel, match=r"has no config\.json"):
        checked(folder)


def test_the_name_of_a_data_set_is_not_a_model():
    with pytest.raises(ValueError, match=r"trec is a data set, wanted .* a model: .*minilm"):
        load_tokenizer("trec")


def test_every_changed_cut_or_missing_file_is_named(folder):
    assert damaged_files(folder) == ["labkit-files.json"]
    write_sums(folder)
    assert damaged_files(folder) == []
    weights = folder / "model.safetensors"
    content = weights.read_bytes()
    weights.write_bytes(content[:-1] + bytes([content[-1] ^ 1]))
    (folder / "tokenizer.json").unlink()
    assert damaged_files(folder) == ["model.safetensors", "tokenizer.json"]
