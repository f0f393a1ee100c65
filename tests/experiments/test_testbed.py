from dataclasses import replace

import pytest
import torch
from safetensors import SafetensorError

from labkit.data.encoding.encoded import first_rows
from labkit.experiments import testbed as testbeds
from labkit.experiments.scales import SCALES, Scale, scale_named
from labkit.experiments.testbed import fewer, rows_line
from tests.helpers import tiny, tiny_testbed


@pytest.fixture
def made(monkeypatch):
    tiny_testbed.put_in_place(monkeypatch)
    return testbeds.testbed_named("made up", "tiny")


def test_a_part_has_every_class_with_its_share_and_is_always_the_same(made):
    rows = tiny_testbed.made_up_study().train
    part, again = fewer(rows, 30), fewer(rows, 30)
    assert abs(len(part) - 30) <= 2
    assert list(part["text"]) == list(again["text"])
    for label in range(3):
        whole, less = (list(r["label"]).count(label) / len(r) for r in (rows, part))
        assert less == pytest.approx(whole, abs=0.1)


def test_a_smaller_part_lies_inside_a_larger_one():
    rows = tiny_testbed.made_up_study().train
    assert len(set(fewer(rows, 20)["text"]) - set(fewer(rows, 40)["text"])) <= 1


def test_what_was_made_once_is_read_afterwards(made):
    calls = []

    def make():
        calls.append(1)
        return {"logits": torch.ones(2, 3)}

    first, second = made.once("thing", make), made.once("thing", make)
    assert len(calls) == 1
    assert torch.equal(first["logits"], second["logits"])


def test_a_making_that_fails_leaves_nothing_behind(made):
    with pytest.raises(RuntimeError, match="no luck"):
        made.once("thing", lambda: (_ for _ in ()).throw(RuntimeError("no luck")))
    assert not list(made.folder.glob("*.safetensors"))


def test_another_scale_has_another_folder(made, monkeypatch):
    monkeypatch.setitem(SCALES, "wide", Scale("wide", width=9))
    assert testbeds.testbed_named("made up", "wide").folder != made.folder


def test_the_first_rows_of_texts_are_texts_of_their_own():
    encoded = tiny.encoded(10)
    part = first_rows(encoded, 4)
    assert len(part) == 4
    assert [part.row(n) for n in range(4)] == [encoded.row(n) for n in range(4)]
    assert part.key != encoded.key
    assert first_rows(encoded, 99) is encoded


def test_an_unknown_scale_and_a_scale_of_nothing_are_refused():
    with pytest.raises(ValueError, match="no scale 'huge'; there are class"):
        scale_named("huge")
    with pytest.raises(ValueError, match="train_rows"):
        Scale("none", train_rows=0)


def test_the_rows_of_the_teacher_are_told_as_they_were(made):
    own = len(made.for_teacher.train)
    whole = len(tiny_testbed.made_up_study().train)
    assert whole > own
    assert f"train of the teacher {own};" in rows_line(made)
    part, size = replace(made.part, name="trec"), scale_named("classroom")
    prepared = replace(made, part=part, scale=size)
    assert f"train of the teacher {whole};" in rows_line(prepared)
    assert rows_line(prepared, own_teachers=True) == rows_line(made)


@pytest.mark.parametrize("place", [0.1, 0.5, 0.99])
def test_a_damaged_file_is_named_and_made_again(made, place, capsys):
    values = torch.arange(600.0).reshape(200, 3)
    made.once("thing", lambda: {"logits": values})
    file = made.folder / "thing.safetensors"
    content = bytearray(file.read_bytes())
    content[int(place * len(content))] ^= 4
    file.write_bytes(content)
    assert torch.equal(made.once("thing", lambda: {"logits": values})["logits"], values)
    assert "thing.safetensors is damaged" in capsys.readouterr().err
    made.once("thing", lambda: pytest.fail("made a third time"))


def test_a_full_disk_is_one_line_that_names_the_file_and_nothing_is_left(made, monkeypatch):
    def full(tensors, path, metadata):
        path.write_bytes(b"half of it")
        raise SafetensorError("I/O error: No space left on device (os error 28)")

    monkeypatch.setattr("safetensors.torch.save_file", full)
    with pytest.raises(OSError, match=r"cannot write .*thing\.safetensors .*No space left"):
        made.once("thing", lambda: {"logits": torch.ones(2, 3)})
    assert [path.suffix for path in made.folder.iterdir()] == [".lock"]


def test_the_same_data_set_and_scale_are_read_once_per_process(made, monkeypatch):
    monkeypatch.setattr(testbeds, "study", lambda name: pytest.fail("read again"))
    assert testbeds.testbed_named("made up", "tiny") is made


def test_a_data_set_without_classes_is_refused(made):
    part = replace(made.whole, label_names=())
    with pytest.raises(ValueError, match="made up has no classes"):
        testbeds.testbed_of(part, made.scale)


def test_the_folder_lies_in_the_cache_whatever_the_data_set_is_called(made, tmp_path):
    part = replace(made.whole, name="../../mine/../x")
    folder = testbeds.testbed_of(part, made.scale).folder
    assert folder.parent == tmp_path / "cache" / "testbeds"
