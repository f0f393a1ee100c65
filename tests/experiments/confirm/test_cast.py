"""Who plays at which scale, whence the paper's models and data come, and what is refused."""

from dataclasses import replace

import pytest
import torch

from labkit.cli import main as cli
from labkit.experiments import testbed as testbeds
from labkit.experiments.adversarial import printed_numbers as paper
from labkit.experiments.confirm import cast
from labkit.models.bilstm import build_bilstm
from labkit.models.size import parameters
from tests.helpers import tiny, tiny_testbed
from tests.helpers.confirm import paper_models


@pytest.fixture
def mine(monkeypatch, tmp_path):
    """A folder with tiny models of the paper's classes and one data set."""
    return paper_models.put_at_hand(monkeypatch, tmp_path, sst2=2)


@pytest.fixture
def no_hub(monkeypatch):
    """A machine without a network whose Hub cache is empty."""

    def refuse(repository, **options):
        raise OSError("no route to huggingface.co")

    monkeypatch.setattr("huggingface_hub.snapshot_download", refuse)
    cast._of_the_paper.cache_clear()


def test_the_student_is_as_large_as_table_1_prints():
    tokens_of_roberta = 50265
    student = build_bilstm(
        tokens_of_roberta, 5, embedding_size=cast.SCALE.width, hidden_size=cast.SCALE.hidden
    )
    (printed,) = (float(row["size"]) for row in paper.rows("table1") if row["model"] == "bilstm")
    assert parameters(student) * 4 / 2**20 == pytest.approx(printed, rel=1e-3)


def test_all_rows_are_read_at_the_papers_scale_and_students_pass_over_them_as_often_as_at_full():
    full = cast.scale_of("full")
    for name in ("train_rows", "test_rows", "teacher_rows", "first_epochs", "second_epochs"):
        assert getattr(cast.SCALE, name) == getattr(full, name)
    assert cast.scale_of("paper") is cast.SCALE
    with pytest.raises(ValueError, match="no scale 'papers'; there are classroom"):
        cast.scale_of("papers")


def test_at_every_other_scale_minilm_plays_on_the_rows_and_in_the_folders_it_always_had(
    monkeypatch,
):
    tiny_testbed.put_in_place(monkeypatch)
    found = cast.testbed_named("sst2", "tiny")
    assert found is testbeds.testbed_named("sst2", "tiny")
    assert cast.cast_of(found) is cast.LAB and cast.texts_for_assistant(found) is found.texts
    assert testbeds.testbed_of(found.whole, found.scale).folder == found.folder


def test_other_weights_of_a_model_are_another_testbed(mine):
    first = cast.testbed_named("sst2", "paper")
    assert cast.cast_of(first) is cast.PAPER
    assert cast.testbed_named("sst2", "paper") is first
    tiny.bert(2, layers=1, seed=7).save_pretrained(mine / paper_models.BERT)
    cast._of_the_paper.cache_clear()
    assert cast.testbed_named("sst2", "paper").folder != first.folder


def test_both_encoders_read_the_same_rows(mine):
    testbed = cast.testbed_named("sst2", "paper")
    others = cast.texts_for_assistant(testbed)
    for split in ("train", "test"):
        ours, theirs = getattr(testbed.texts, split), getattr(others, split)
        assert ours.key == theirs.key and torch.equal(ours.labels, theirs.labels)
        assert not torch.equal(ours.lengths, theirs.lengths)
    assert others.max_length == testbed.texts.max_length


@pytest.mark.parametrize("missing", [paper_models.ROBERTA, paper_models.BERT])
def test_a_model_that_cannot_be_had_is_refused_with_a_sentence(missing, mine, no_hub, capsys):
    (mine / missing).rename(mine / "elsewhere")
    command = ["reproduce", "confirm", "--scale", "paper", "--dataset", "sst2"]
    assert cli.main(command) == 2
    said = capsys.readouterr().err
    assert said.count("\n") == 1
    assert f"could not get {missing} (" in said and "no route to huggingface.co" in said
    assert f"a folder {missing} inside the one that LABKIT_DATA names" in said
    assert "leave --scale out for MiniLM" in said


def test_a_data_set_that_cannot_be_had_is_refused_too(mine, no_hub, capsys):
    assert cli.main(["reproduce", "confirm", "--scale", "paper", "--dataset", "subj"]) == 2
    assert "could not get subj" in capsys.readouterr().err


def test_data_come_from_the_readers_folder_or_the_hub_and_never_from_a_wheel(mine, monkeypatch):
    asked = []
    monkeypatch.setattr(cast, "study", lambda name, source: asked.append((name, source)))
    paper_models.save_set(mine / "my own", 2)
    for name in ("sst2", "trec", "ag_news", "my own"):
        cast._published(name)
    assert asked == [("sst2", None), ("trec", "hub"), ("ag_news", "hub"), ("my own", None)]


def test_a_damaged_model_is_told_by_its_own_sentence(mine):
    (mine / paper_models.BERT / "config.json").unlink()
    with pytest.raises(ValueError, match=r"has no config\.json"):
        cast.model_marks()


def test_a_cast_that_takes_no_steps_is_refused():
    with pytest.raises(ValueError, match="pace must be above 0, got 0"):
        replace(cast.LAB, pace=0)
