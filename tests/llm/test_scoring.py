"""Log-probabilities of answers: of the right token, whatever stands around the text."""

import pytest
import torch

from labkit.llm.scoring import (
    answer_logits,
    check_vocabulary,
    in_eval,
    inputs_of,
    sequence_log_probs,
    token_log_probs,
)
from labkit.llm.tokens import Pairs, pairs_of
from tests.helpers.llm import tiny_language as tiny

MODELS = {"gpt2": tiny.model, "llama": tiny.llama}


@pytest.mark.parametrize("kind", MODELS)
def test_each_token_is_scored_by_what_stands_before_it(kind):
    model, prompt, answer = MODELS[kind](), [4, 7, 3], [5, 6, tiny.EOS]
    found = token_log_probs(model, pairs_of([prompt], [answer], [True]))
    for place, token in enumerate(answer):
        before = torch.tensor([prompt + answer[:place]])
        wanted = model(input_ids=before).logits[0, -1].log_softmax(-1)[token]
        torch.testing.assert_close(found[0, place], wanted)


@pytest.mark.parametrize("kind", MODELS)
def test_a_text_scores_the_same_alone_and_beside_longer_ones(kind):
    model, many = MODELS[kind](), tiny.pairs(12)
    together = sequence_log_probs(model, many)
    for row in range(12):
        alone = sequence_log_probs(model, many.rows(torch.tensor([row])))
        torch.testing.assert_close(together[row], alone[0], atol=1e-5, rtol=1e-5)


def test_what_fills_the_ends_changes_nothing():
    model, many = tiny.model(), tiny.pairs(12)
    other = Pairs(
        many.prompts.masked_fill(~many.prompt_mask, 9),
        many.prompt_lengths,
        many.answers.masked_fill(~many.mask, 7),
        many.answer_lengths,
        many.ended,
    )
    torch.testing.assert_close(sequence_log_probs(model, many), sequence_log_probs(model, other))


def test_prompts_of_one_length_need_no_mask():
    assert inputs_of(tiny.pairs(even=True)).keys() == {"input_ids"}
    assert inputs_of(tiny.pairs()).keys() == {"input_ids", "attention_mask", "position_ids"}


@pytest.mark.parametrize("kind", MODELS)
def test_a_long_prompt_beside_a_long_answer_fits_where_each_pair_does(kind):
    model = MODELS[kind]()
    pairs = pairs_of([[3] * 12, [5]], [[4, tiny.EOS], [6] * 9 + [tiny.EOS]], [True] * 2)
    assert pairs.prompts.shape[1] + pairs.answers.shape[1] > 16
    together = sequence_log_probs(model, pairs)
    for row in range(2):
        alone = sequence_log_probs(model, pairs.rows(torch.tensor([row])))
        torch.testing.assert_close(together[row], alone[0], atol=1e-5, rtol=1e-5)


def test_the_temperature_divides_the_logits():
    model, many = tiny.llama(), tiny.pairs(4)
    hot = token_log_probs(model, many, temperature=2.0)
    wanted = (answer_logits(model, many) / 2).log_softmax(-1)
    torch.testing.assert_close(hot, wanted.gather(2, many.answers[..., None]).squeeze(2))


def test_the_mode_comes_back_also_after_an_error():
    model = tiny.model().train()
    with pytest.raises(KeyError), in_eval(model):
        assert not model.training
        raise KeyError
    assert model.training


def test_texts_beyond_the_context_and_other_vocabularies_are_refused():
    long = pairs_of([[3] * 12], [[4] * 5], [False])
    with pytest.raises(ValueError, match=r"\(pair 0\), together 17, wanted at most the model's 16"):
        answer_logits(tiny.model(), long)
    with pytest.raises(ValueError, match="a student of 12 tokens and a teacher of 13"):
        check_vocabulary(tiny.model(), tiny.model(vocabulary=13))
    assert check_vocabulary(tiny.model(), tiny.llama()) is None
