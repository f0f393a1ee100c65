"""Texts cut into prompts and answers, and models that are made once."""

from dataclasses import replace

import torch

from labkit.experiments.llm import text_material as made
from labkit.experiments.llm.text_plan import LENGTHS, SCALES
from labkit.llm.causal import build_causal
from labkit.llm.scoring import answer_logits
from tests.helpers import tiny
from tests.helpers.llm import tiny_texts


def material(tmp_path):
    return made.TextMaterial(tiny_texts.texts(), SCALES["smoke"], tmp_path)


def test_every_prompt_has_four_tokens_and_every_answer_its_end_or_its_cut(tmp_path):
    pairs = material(tmp_path).questions
    assert set(pairs.prompt_lengths.tolist()) == {made.PROMPT}
    last = pairs.answers.gather(1, pairs.answer_lengths[:, None] - 1).squeeze(1)
    assert torch.equal(last == made.END, pairs.ended)
    assert int(pairs.answer_lengths.max()) <= max(LENGTHS.values())


def test_the_pieces_give_the_text_back(tmp_path):
    found = material(tmp_path)
    text = found.texts.train[0]
    assert found.tokenizer.decode(found.tokenizer.encode(text).ids) == text
    again = material(tmp_path)
    assert again.tokenizer.to_str() == found.tokenizer.to_str()


def test_short_answers_are_the_beginnings_of_long_ones(tmp_path):
    found = material(tmp_path)
    short, long = found.pairs("short"), found.long_pairs
    assert short.answers.shape[1] <= 10
    assert torch.equal(short.answers, long.answers[:, : short.answers.shape[1]])
    cut = long.answer_lengths > 10
    assert not bool(short.ended[cut].any())
    assert torch.equal(short.ended[~cut], long.ended[~cut])


def test_models_and_the_teachers_answers_are_made_once(tmp_path, monkeypatch):
    first = material(tmp_path)
    weights, answers = tiny.weights(first.start(0, "short").model), first.long_pairs.mark()
    monkeypatch.setattr(made, "seqkd", None)  # a second training would fail
    monkeypatch.setattr(made, "written_by", None)
    again = material(tmp_path)
    assert again.long_pairs.mark() == answers
    assert tiny.equal(weights, tiny.weights(again.start(0, "short").model))


def test_other_texts_have_another_mark(monkeypatch):
    marks = []
    for other in ("red ?", "blue ?"):
        found = replace(tiny_texts.texts(), test=(other,))
        monkeypatch.setattr(made, "all_texts", lambda scale, found=found: found)
        made.text_material.cache_clear()
        marks += [made.rows_mark("smoke"), made.rows_mark("smoke")]
    made.text_material.cache_clear()
    assert marks[0] == marks[1] != marks[2] == marks[3]


def test_a_sharpened_model_has_larger_logits_and_nothing_else(tmp_path):
    model = build_causal(made.VOCABULARY, 16, 1, context=made.CONTEXT)
    pairs = material(tmp_path).questions.rows(torch.arange(3))
    with torch.no_grad():
        before = answer_logits(model, pairs)
        after = answer_logits(made.sharpened(model, 2.0), pairs)
    torch.testing.assert_close(after, 2 * before)
