import json

import pytest
import torch

from labkit.training.run_folder import (
    RunFolder,
    Snapshot,
    optimizer_tensors,
    restore_optimizer,
    versions,
)


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
    assert folder.metrics.read_text() == '{"index": 0}\n{"index": 1}\n'


def test_another_configuration_is_refused_by_name(tmp_path):
    RunFolder(tmp_path, {"config": {"seed": 1}, "train": "abc"})
    RunFolder(tmp_path, {"config": {"seed": 1}, "train": "abc"})
    with pytest.raises(ValueError, match="another train; choose another folder"):
        RunFolder(tmp_path, {"config": {"seed": 1}, "train": "xyz"})


def test_versions_stand_in_the_configuration(tmp_path):
    RunFolder(tmp_path, {})
    assert json.loads((tmp_path / "config.json").read_text())["versions"] == versions()


def test_an_optimizer_goes_on_with_the_same_steps():
    def steps(weight, optimizer, count):
        for _ in range(count):
            optimizer.zero_grad()
            (weight**2).sum().backward()
            optimizer.step()

    first = torch.nn.Parameter(torch.ones(3))
    optimizer = torch.optim.AdamW([first], lr=0.1, fused=True)
    steps(first, optimizer, 3)
    second = torch.nn.Parameter(first.detach().clone())
    other = torch.optim.AdamW([second], lr=0.1, fused=True)
    state = {name: value.clone() for name, value in optimizer_tensors(optimizer).items()}
    restore_optimizer(other, state)
    steps(first, optimizer, 2)
    steps(second, other, 2)
    assert torch.equal(first, second)
