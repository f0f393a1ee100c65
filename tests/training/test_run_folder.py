import json

import pytest
import torch

from labkit.checked_lines import line_of
from labkit.training import run_folder
from labkit.training.run_folder import RunFolder, Snapshot, versions


def test_a_snapshot_comes_back_as_it_was(tmp_path):
    folder = RunFolder(tmp_path, {"config": {"seed": 1}})
    assert folder.load() is None
    tensors = {"a": torch.randn(3, 4).t(), "b": torch.arange(5, dtype=torch.uint8)}
    folder.save(Snapshot(tensors, {"done": 7, "best": 0.25}))
    found = folder.load()
    assert found.numbers == {"done": 7, "best": 0.25}
    assert all(torch.equal(found.tensors[name], tensors[name]) for name in tensors)


def test_a_snapshot_that_cannot_be_written_leaves_the_one_before(tmp_path):
    folder = RunFolder(tmp_path, {})
    folder.save(Snapshot({"a": torch.ones(2)}, {"done": 1}))
    with pytest.raises(TypeError):
        folder.save(Snapshot({"a": torch.ones(2)}, {"done": object()}))
    assert folder.load().numbers == {"done": 1}
    assert sorted(path.name for path in tmp_path.iterdir()) == [
        "checkpoint.safetensors",
        "config.json",
    ]


def test_a_line_cut_short_by_a_stop_is_left_out(tmp_path):
    folder = RunFolder(tmp_path, {})
    for index in range(3):
        folder.append({"index": index})
    with folder.metrics.open("a") as file:
        file.write('{"index": 3, "lo')
    assert [line["index"] for line in folder.lines()] == [0, 1, 2]
    folder.cut_metrics(2)
    assert folder.metrics.read_bytes() == line_of({"index": 0}) + line_of({"index": 1})


def test_another_configuration_is_refused_by_name(tmp_path):
    RunFolder(tmp_path, {"config": {"seed": 1}, "train": "abc"})
    RunFolder(tmp_path, {"config": {"seed": 1}, "train": "abc"})
    with pytest.raises(ValueError, match="another train; choose another folder"):
        RunFolder(tmp_path, {"config": {"seed": 1}, "train": "xyz"})


def test_versions_stand_in_the_configuration(tmp_path):
    RunFolder(tmp_path, {})
    assert json.loads((tmp_path / "config.json").read_text())["versions"] == versions()


def test_all_that_differs_is_named_in_words(tmp_path):
    RunFolder(tmp_path, {"config": {"seed": 1}, "teacher": "a", "labels": "b", "soft loss": "c"})
    with pytest.raises(ValueError, match=r"another teacher, other labels, another soft loss;"):
        RunFolder(
            tmp_path, {"config": {"seed": 1}, "teacher": "x", "labels": "y", "soft loss": "z"}
        )
    with pytest.raises(ValueError, match=r"another config \(seed 1, here 2\)"):
        RunFolder(
            tmp_path, {"config": {"seed": 2}, "teacher": "a", "labels": "b", "soft loss": "c"}
        )


def test_a_folder_of_an_older_labkit_is_refused(tmp_path):
    RunFolder(tmp_path, {"config": {}, "train": "abc"})
    with pytest.raises(ValueError, match=r"older labkit .* did not write down its first weights"):
        RunFolder(tmp_path, {"config": {}, "first weights": "x"}, {"student": "first weights"})


@pytest.mark.parametrize("content", [b"", b"{", b"\0" * 40, b"[]", b'{"run": 3}', b"\xff\xfe"])
def test_a_damaged_description_is_one_sentence_with_the_way_out(tmp_path, content):
    RunFolder(tmp_path, {})
    (tmp_path / "config.json").write_bytes(content)
    with pytest.raises(ValueError, match=r"config.json is damaged.*or delete this one"):
        RunFolder(tmp_path, {})


def damaged(content):
    """The kinds of damage that a disk or a person does to a file."""
    middle = len(content) // 2
    flip = bytes([content[middle] ^ 16])
    yield content[:middle] + flip + content[middle + 1 :]
    yield content[:-1] + bytes([content[-1] ^ 1])
    yield content[:3] + bytes([content[3] ^ 64]) + content[4:]
    yield content[: len(content) // 3]
    yield bytes(len(content))
    yield b""


def test_a_damaged_checkpoint_is_named_and_never_used(tmp_path, capsys):
    folder = RunFolder(tmp_path, {})
    folder.save(Snapshot({"a": torch.randn(30), "b": torch.arange(4)}, {"done": 7}))
    for content in damaged(folder.checkpoint.read_bytes()):
        (tmp_path / "checkpoint.safetensors").write_bytes(content)
        assert folder.load() is None
        line = capsys.readouterr().err
        assert line.count("\n") == 1 and "starts again at its first step" in line


def test_a_damaged_checkpoint_is_refused_when_the_models_have_begun_to_learn(tmp_path):
    names = {"student": "first weights"}
    folder = RunFolder(tmp_path, {"first weights": "new"}, names)
    folder.save(Snapshot({"a": torch.ones(3)}, {"done": 7}))
    folder.leave({"student": "half learned"})
    again = RunFolder(tmp_path, {"first weights": "half learned"}, names)
    assert again.load().numbers == {"done": 7}
    again.checkpoint.write_bytes(b"")
    with pytest.raises(ValueError, match="build them as they were at first"):
        again.load()


def test_weights_that_the_run_did_not_leave_are_refused(tmp_path):
    names = {"student": "first weights"}
    folder = RunFolder(tmp_path, {"first weights": "new"}, names)
    folder.save(Snapshot({"a": torch.ones(3)}, {"done": 7}))
    folder.leave({"student": "half learned"})
    with pytest.raises(ValueError, match="other first weights"):
        RunFolder(tmp_path, {"first weights": "quite others"}, names)


def test_lost_lines_of_the_metrics_are_reported(tmp_path, capsys):
    folder = RunFolder(tmp_path, {})
    for index in range(3):
        folder.append({"index": index})
    content = folder.metrics.read_bytes()
    folder.metrics.write_bytes(content.replace(b'"index": 1', b'"index": 5'))
    folder.cut_metrics(3)
    assert "lines after number 1 are lost" in capsys.readouterr().err


def test_a_full_disk_is_reported_and_the_last_checkpoint_stays(tmp_path, monkeypatch):
    folder = RunFolder(str(tmp_path), {})
    folder.save(Snapshot({"a": torch.ones(2)}, {"done": 1}))

    def full(*_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(run_folder, "write_tensors", full)
    with pytest.raises(OSError, match=r"No space left on device.*last checkpoint stays"):
        folder.save(Snapshot({"a": torch.zeros(2)}, {"done": 2}))
    assert folder.load().numbers == {"done": 1}
