"""Answers that a model writes: their scores, their ends, their chances."""

import pytest
import torch

from labkit.llm.rollouts import DRAWS, Sampling, _inverse, rollout
from labkit.llm.scoring import token_log_probs
from labkit.llm.tokens import pairs_of
from tests.helpers.llm import tiny_language as tiny

MODELS = {"gpt2": tiny.model, "llama": tiny.llama}
HOW = Sampling(eos_id=tiny.EOS, max_tokens=6)


def written(model, prompts, how=HOW, seed=0, **more):
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(seed)
        return rollout(model, prompts, how, **more)


@pytest.mark.parametrize("kind", MODELS)
@pytest.mark.parametrize(("temperature", "draw"), [(1.0, "race"), (0.7, "race"), (0.7, "inverse")])
@pytest.mark.parametrize("even", [True, False])
def test_log_probs_of_sampling_equal_those_of_scoring(kind, temperature, draw, even):
    model = MODELS[kind](seed=3)
    how = Sampling(tiny.EOS, 6, temperature, draw=draw)
    found = written(model, tiny.pairs(40, even=even), how)
    scored = token_log_probs(model, found.pairs, temperature)
    mask = found.pairs.mask
    torch.testing.assert_close(found.log_probs[mask], scored[mask], atol=1e-5, rtol=1e-5)
    assert (found.log_probs[~mask] == 0).all()


@pytest.mark.parametrize("kind", MODELS)
def test_the_cache_changes_nothing_but_the_time(kind):
    model, prompts = MODELS[kind](seed=3), tiny.pairs(40)
    with_cache, without = (written(model, prompts, cached=on) for on in (True, False))
    assert torch.equal(with_cache.pairs.answers, without.pairs.answers)
    torch.testing.assert_close(with_cache.log_probs, without.log_probs, atol=1e-5, rtol=1e-5)


def test_an_answer_ends_at_its_first_end_token_and_a_cut_one_has_none():
    pairs = written(tiny.model(seed=3), tiny.pairs(300)).pairs
    for answer, length, ended in zip(
        pairs.answers.tolist(), pairs.answer_lengths.tolist(), pairs.ended.tolist(), strict=True
    ):
        said = answer[:length]
        assert (said[-1] == tiny.EOS) == ended and tiny.EOS not in said[:-1]
        assert ended or length == 6
    assert 0 < pairs.ended.float().mean() < 1


@pytest.mark.parametrize("draw", DRAWS)
def test_tokens_come_as_often_as_the_model_says(draw):
    model = tiny.llama(seed=3)
    prompts = pairs_of([[4, 7, 3]] * 4000, [[1]] * 4000, [True] * 4000)
    first = written(model, prompts, Sampling(tiny.EOS, 1, 0.7, draw=draw)).pairs.answers[:, 0]
    share = torch.bincount(first, minlength=tiny.VOCABULARY) / 4000
    wanted = (model(input_ids=prompts.prompts[:1]).logits[0, -1] / 0.7).softmax(-1)
    assert (share - wanted).abs().max() < 0.03
    assert wanted.max() > 0.15


def test_temperature_0_takes_the_likeliest_token():
    model, prompts = tiny.llama(seed=3), tiny.pairs(8, even=True)
    first = written(model, prompts, Sampling(tiny.EOS, 1, 0.0)).pairs.answers[:, 0]
    assert torch.equal(first, model(input_ids=prompts.prompts).logits[:, -1].argmax(-1))


@pytest.mark.parametrize("draw", DRAWS)
def test_a_seed_gives_the_same_answers_and_another_one_others(draw):
    model, prompts = tiny.llama(seed=3), tiny.pairs(20)
    how = Sampling(tiny.EOS, 6, draw=draw)
    first, again, other = (written(model, prompts, how, seed).pairs.answers for seed in (0, 0, 1))
    assert torch.equal(first, again)
    assert first.shape != other.shape or not torch.equal(first, other)


class Uniform:
    """In place of torch.rand: the number that it is made with, for each row."""

    def __init__(self, value):
        self.value = value

    def __call__(self, shape, **how):
        return torch.full(shape, self.value, **how)


@pytest.mark.parametrize(
    ("number", "token"), [(0.0, 1), (0.2499, 1), (0.25, 2), (0.9, 4), (1.0, 4)]
)
def test_a_number_picks_the_token_whose_share_holds_it(monkeypatch, number, token):
    chances = torch.tensor([[0.0, 0.25, 0.5, 0.0, 0.25, 0.0]])
    monkeypatch.setattr(torch, "rand", Uniform(number))
    assert _inverse(chances).tolist() == [[token]]


def test_the_likeliest_answers_do_not_depend_on_the_chunks():
    model, prompts = tiny.llama(seed=3), tiny.pairs(20)
    cut = Sampling(tiny.EOS, 6, 0.0, rows_at_once=7)
    whole = written(model, prompts, Sampling(tiny.EOS, 6, 0.0)).pairs
    assert torch.equal(
        written(model, prompts, cut).pairs.answers[whole.mask], whole.answers[whole.mask]
    )


def test_a_student_that_only_ends_gives_answers_of_one_token():
    model = tiny.model()
    model.transformer.ln_f.bias.data += 50 * model.lm_head.weight.data[tiny.EOS]
    model.lm_head.weight.data[tiny.EOS] *= 50
    found = written(model, tiny.pairs(8))
    assert found.pairs.answers.tolist() == [[tiny.EOS]] * 8
    assert found.pairs.ended.all() and (found.pairs.answer_lengths == 1).all()


def test_dropout_is_off_while_writing_and_the_mode_comes_back():
    model = tiny.model().train()
    model.transformer.drop.p = 0.9
    how = Sampling(tiny.EOS, 6, 0.0)
    first, second = (written(model, tiny.pairs(8), how, seed) for seed in (0, 1))
    assert torch.equal(first.pairs.answers, second.pairs.answers)
    assert model.training and not first.log_probs.requires_grad


def test_what_cannot_be_written_is_refused():
    with pytest.raises(ValueError, match="up to 4 tokens and max_tokens 13"):
        rollout(tiny.model(), tiny.pairs(), Sampling(tiny.EOS, 13))
    broken = tiny.model()
    broken.lm_head.weight.data[0, 0] = torch.nan
    with pytest.raises(FloatingPointError, match="not finite"):
        rollout(broken, tiny.pairs(), HOW)


@pytest.mark.parametrize(
    ("settings", "says"),
    [
        ({"max_tokens": 0}, "max_tokens"),
        ({"temperature": -1.0}, "temperature"),
        ({"rows_at_once": 0}, "rows_at_once"),
        ({"eos_id": -1}, "eos_id"),
        ({"draw": "fast"}, "draw"),
    ],
)
def test_nonsense_is_refused(settings, says):
    with pytest.raises(ValueError, match=says):
        Sampling(**{"eos_id": 1, **settings})


def test_a_device_without_float64_lets_the_processor_draw(monkeypatch):
    class Apple(torch.Tensor):
        device = torch.device("mps")

        def cpu(self):
            return self.as_subclass(torch.Tensor)

        def cumsum(self, *given, **named):
            raise TypeError("Cannot convert a MPS Tensor to float64 dtype")

    places = []
    monkeypatch.setattr(torch.Tensor, "to", lambda self, where: places.append(where) or self)
    assert _inverse(torch.tensor([[0.0, 1.0]]).as_subclass(Apple)).tolist() == [[1]]
    assert places == [torch.device("mps")]
