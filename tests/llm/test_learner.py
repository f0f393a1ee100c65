"""Batches, optimizers and folders that all runs of language models share."""

import pytest
import torch

from labkit.llm.config import Descent, RunConfig
from labkit.llm.learner import (
    Clock,
    Learning,
    ModelSeat,
    PromptPlan,
    each_once,
    plan,
    put_back,
    run_folder,
)
from tests.helpers.llm import tiny_language as tiny


def test_a_pass_takes_each_prompt_once_and_the_next_one_shuffles_anew():
    turns = list(PromptPlan(10, 4, 6, seed=0).turns(0))
    first = torch.cat([turn.rows for turn in turns[:2]]).tolist()
    second = torch.cat([turn.rows for turn in turns[2:4]]).tolist()
    assert len(set(first)) == 8 and first != second
    assert [turn.epoch for turn in turns] == [0, 0, 1, 1, 2, 2]
    assert [turn.starts_epoch for turn in turns] == [True, False] * 3
    assert [turn.ends_epoch for turn in turns] == [False, True] * 3


def test_a_run_that_goes_on_reads_what_was_left():
    whole, rest = (list(PromptPlan(10, 4, 6, seed=3).turns(done)) for done in (0, 3))
    assert [turn.rows.tolist() for turn in rest] == [turn.rows.tolist() for turn in whole[3:]]
    assert [turn.index for turn in rest] == [3, 4, 5]
    other = next(PromptPlan(10, 4, 6, seed=4).turns(0))
    assert other.rows.tolist() != whole[0].rows.tolist()


def test_fewer_prompts_than_a_batch_are_one_batch():
    turns = list(plan(tiny.pairs(3), RunConfig(steps=2, batch_size=64)).turns(0))
    assert [sorted(turn.rows.tolist()) for turn in turns] == [[0, 1, 2]] * 2


def test_one_step_worked_by_hand():
    # AdamW's first step is the step size against the sign of the gradient, whatever its length
    model = torch.nn.Linear(1, 1, bias=False)
    model.weight.data.fill_(2.0)
    learning = Learning(model, Descent(0.5, warmup_share=0.0, clip=0.1), steps=4, seed=0)
    norm = learning.descend(3 * model(torch.ones(1, 1)).sum(), 0)
    assert norm == pytest.approx(3.0)
    assert model.weight.item() == pytest.approx(1.5, abs=1e-5)


def test_a_loss_that_is_no_number_stops_the_run_before_the_weights_are_spoilt():
    model = torch.nn.Linear(1, 1)
    before = model.weight.clone()
    with pytest.raises(FloatingPointError, match="the loss of step 7 is nan"):
        Learning(model, Descent(), 9, 0).descend(model(torch.ones(1, 1)).sum() * torch.nan, 7)
    assert torch.equal(model.weight, before)


def test_a_model_of_which_nothing_may_learn_is_refused():
    with pytest.raises(ValueError, match="no weight of the Linear may learn"):
        Learning(torch.nn.Linear(1, 1).requires_grad_(False), Descent(), 1, 0)


@pytest.mark.parametrize("dropout", [True, False])
def test_the_mode_is_set_while_it_learns_and_comes_back(dropout):
    model = torch.nn.Linear(1, 1).eval()
    seat = ModelSeat(model, Descent(), 1, 0, lambda learning, turn: turn.index, dropout)
    with seat.opened() as learner:
        assert model.training is dropout
        assert learner.learn(next(PromptPlan(1, 1, 1, 0).turns(0))) == 0
    assert not model.training


def test_a_folder_of_another_run_is_refused_with_the_difference(tmp_path):
    model, pairs = tiny.model(), tiny.pairs()
    run_folder(tmp_path, {"student": model}, pairs, RunConfig(), {"method": "a"})
    for other in (
        lambda: run_folder(
            tmp_path, {"student": model}, pairs, RunConfig(steps=7), {"method": "a"}
        ),
        lambda: run_folder(
            tmp_path, {"student": model}, tiny.pairs(5), RunConfig(), {"method": "a"}
        ),
        lambda: run_folder(tmp_path, {"student": model}, pairs, RunConfig(), {"method": "b"}),
        lambda: run_folder(
            tmp_path, {"student": tiny.model(1)}, pairs, RunConfig(), {"method": "a"}
        ),
    ):
        with pytest.raises(ValueError, match="holds a run with"):
            other()
    assert run_folder(None, {}, pairs, RunConfig(), {}) is None


def test_the_clock_counts_from_lap_to_lap():
    clock = Clock()
    assert 0 <= clock.lap() < 5 and 0 <= clock.lap() < 5


def test_a_table_of_two_names_is_written_once_and_comes_back_for_both():
    first, second = tiny.model(0), tiny.model(1)
    state = each_once(first)
    assert len({value.data_ptr() for value in state.values()}) == len(state)
    put_back(second, state)
    assert torch.equal(first.lm_head.weight, second.lm_head.weight)
    assert second.lm_head.weight is second.transformer.wte.weight
    with pytest.raises(ValueError, match="another model"):
        put_back(tiny.llama(), state)
