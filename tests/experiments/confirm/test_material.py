"""The chain: who learns from whom, what is drawn anew, and that it is made once."""

import pytest
import torch

from labkit.experiments import testbed as testbeds
from labkit.experiments.confirm import cast, material
from labkit.experiments.testbed_models import WEIGHT
from tests.helpers import tiny_testbed
from tests.helpers.confirm import paper_models


@pytest.fixture
def testbed(monkeypatch, tmp_path):
    monkeypatch.setenv("LABKIT_CACHE", str(tmp_path / "cache"))
    tiny_testbed.put_in_place(monkeypatch)
    return testbeds.testbed_named("sst2", "tiny")


def same(first, second):
    names = [name for name in first if name.startswith(WEIGHT)]
    return all(torch.equal(first[name], second[name]) for name in names)


def sources(monkeypatch):
    """The logits that each distillation learns from, in order."""
    seen = []
    real = material.stored

    def noted(testbed, logits):
        seen.append(logits)
        return real(testbed, logits)

    monkeypatch.setattr(material, "stored", noted)
    return seen


def test_every_chain_has_a_teacher_of_its_own_and_makes_it_once(testbed):
    first, second = material.teacher(testbed, 0), material.teacher(testbed, 1)
    assert not same(first, second)
    assert same(first, material.teacher(testbed, 0))
    assert len(list(testbed.folder.glob("confirm_1_teacher_*.safetensors"))) == 2


def test_the_student_of_stage_one_learns_from_the_assistant_of_its_chain(testbed, monkeypatch):
    above = material.assistant(testbed, 1)["train"]
    seen = sources(monkeypatch)
    material.first_student(testbed, 6)
    assert torch.equal(seen[-1], above)


def test_stage_two_guides_the_teacher_by_the_first_student_then_teaches_the_assistant(
    testbed, monkeypatch
):
    first = material.first_student(testbed, 0)["train"]
    seen = sources(monkeypatch)
    guided = material.guided_teacher(testbed, 0)
    assert torch.equal(seen[-1], first)
    assert guided["health.discriminator_loss"] > 0
    material.guided_assistant(testbed, 0)
    assert torch.equal(seen[-1], guided["train"])


def test_the_guided_teacher_goes_on_from_the_teacher_and_its_rival_has_no_adversary(testbed):
    before = material.teacher(testbed, 0)
    guided = material.guided_teacher(testbed, 0)
    rival = material.guided_teacher(testbed, 0, gan=0.0)
    assert not same(guided, rival) and not same(rival, before)
    assert not any(name.startswith("health.") for name in rival)


def test_the_students_vectors_saw_no_label(testbed):
    """They are those of the encoder before any fine-tuning, the same for every chain."""
    tables = [material.new_student(testbed, seed).get_input_embeddings().weight for seed in (0, 1)]
    assert torch.equal(*tables)
    assert material.student_config(2, 3).precision == "float32"
    assert material.student_config(2, 3).embedding_learning_rate < 1e-3


@pytest.fixture
def of_paper(monkeypatch, tmp_path):
    paper_models.put_at_hand(monkeypatch, tmp_path, trec=6)
    return cast.testbed_named("trec", "paper")


def steps_taken(monkeypatch):
    """What every training is given, in order: kind of model, tokens, largest step."""
    seen = []

    def noting(name):
        real = getattr(material, name)

        def noted(model, source, texts, config, **named):
            seen.append((type(model).__name__, texts, config.learning_rate))
            return real(model, source, texts, config, **named)

        monkeypatch.setattr(material, name, noted)

    noting("distill")
    noting("guide_teacher")
    return seen


def test_at_the_papers_scale_each_encoder_is_the_papers_and_reads_its_own_tokens(
    of_paper, monkeypatch
):
    seen = steps_taken(monkeypatch)
    material.guided_assistant(of_paper, 0)
    roberta, bert = "RobertaForSequenceClassification", "BertForSequenceClassification"
    bilstm = "BiLSTMForSequenceClassification"
    assert [kind for kind, *_ in seen] == [roberta, bert, bilstm, roberta, bert]
    beyond = paper_models.BERT_WORDS  # the first token that the tiny BERT does not have
    assert all((int(texts.ids.max()) < beyond) is (kind == bert) for kind, texts, _ in seen)
    assert len({texts.key for _, texts, _ in seen}) == 1
    rates = [rate for kind, _, rate in seen if kind != bilstm]
    assert rates == pytest.approx([2e-5, 2e-5, 1e-5, 1e-5])


def test_the_papers_assistant_keeps_all_its_layers_and_its_student_is_drawn(of_paper):
    assert of_paper.scale.assistant_layers == 1
    assert material.new_encoder(of_paper, 0, 1).config.num_hidden_layers == 2
    first, second = (material.new_student(of_paper, seed) for seed in (0, 1))
    table, other = (one.get_input_embeddings().weight for one in (first, second))
    assert not torch.equal(table, other)
    assert (len(table), first.config.pad_token_id) == (paper_models.ROBERTA_WORDS, 1)
    assert material.student_config(2, 3, cast.PAPER).embedding_learning_rate is None
