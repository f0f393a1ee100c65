"""TRL's own trainers at work: the same losses as labkit's, the same end after a stop."""

import pytest
import torch
from transformers import TrainerCallback

from labkit.llm import losses
from labkit.llm.config import Descent, RunConfig
from labkit.llm.discriminator import Discriminator
from labkit.llm.encode import encode_pairs, encode_prompts
from labkit.llm.gad.config import GadConfig
from labkit.llm.rollouts import Sampling
from labkit.llm.scoring import answer_logits, token_log_probs
from labkit.llm.teachers.answers import Answer
from labkit.llm.tokens import pairs_of
from labkit.llm.trl_backend import trainers
from labkit.llm.white_box import WhiteBoxConfig
from tests.helpers import tiny as small
from tests.helpers.llm import tiny_language as tiny
from tests.helpers.llm.tiny_tokenizer import tokenizer

pytest.importorskip(
    "trl", reason="TRL is not installed; `make llm` runs these tests in an environment with it"
)
pytestmark = pytest.mark.filterwarnings("ignore")

PROMPTS = ["ab", "cd", "ef", "gh", "a", "hg", "fe", "dc"]
ANSWERS = [Answer(prompt[-1]) for prompt in PROMPTS]
FAST = Descent(1e-2, warmup_share=0.0, final_share=1.0)


class Watcher(TrainerCallback):
    """Keeps the student as it was before each step."""

    def __init__(self):
        self.students = []

    def on_step_begin(self, args, state, control, **given):
        student = (
            tiny.llama()
        )  # TRL replaces the forward of its own, and a copy would call that one
        student.load_state_dict(given["model"].state_dict())
        self.students.append(student)


def config(**settings):
    given = {"sampling": Sampling(tiny.EOS, 4, 0.9), "steps": 4, "batch_size": 2, "group_size": 4}
    fast = {"student": FAST, "discriminator": FAST, "kl": 0.3, "save_every": 2}
    return GadConfig(**{**given, **fast, **settings})


def gad_trainer(folder, asked=None, eval_rows=0):
    student, score = tiny.llama(), Discriminator(tiny.llama(1), "sum")
    made = trainers.gad_trainer(
        student, score, tokenizer(), PROMPTS, ANSWERS, asked or config(), folder,
        max_prompt=8, eval_rows=eval_rows,
    )  # fmt: skip
    return made, student, score


def listened(trainer):
    """What each call of the reward was given and said."""
    reward, heard = trainer.reward_funcs[0], []

    def call(**given):
        said = reward(**given)
        heard.append((given["prompts"], given["completion_ids"], said))
        return said

    trainer.reward_funcs[0] = call
    return heard


def read(prompts, ids):
    asked = encode_prompts(tokenizer(), prompts, 8)
    rows = [
        row[-length:]
        for row, length in zip(asked.prompts.tolist(), asked.prompt_lengths.tolist(), strict=True)
    ]
    return pairs_of(rows, ids, [one[-1] == tiny.EOS for one in ids], tiny.EOS)


@pytest.mark.parametrize("reduction", ["tokens", "sequences"])
def test_the_students_loss_and_slope_are_labkits_on_the_same_answers(tmp_path, reduction):
    asked = config(steps=3, reduction=reduction)
    trainer, _, _ = gad_trainer(tmp_path, asked)
    first, watcher = tiny.llama(), Watcher()
    trainer.add_callback(watcher)
    heard = listened(trainer)
    trainer.train()
    logs = [line for line in trainer.state.log_history if "grad_norm" in line]
    assert len(heard) == len(logs) == len(watcher.students) == 3
    for (prompts, ids, said), before, log in zip(heard, watcher.students, logs, strict=True):
        pairs = read(prompts, ids)
        gains = losses.group_advantages(torch.tensor(said).view(2, 4), eps=1e-4).flatten()
        new = token_log_probs(before, pairs, 0.9)
        anchor = token_log_probs(first, pairs, 0.9).detach()
        loss = losses.policy_loss(new, new.detach(), gains, pairs.mask, reduction=reduction)
        loss = loss + 0.3 * losses.k3_kl(new, anchor, pairs.mask, reduction)
        loss.backward()
        slope = torch.nn.utils.get_total_norm(
            [weight.grad for weight in before.parameters() if weight.grad is not None]
        ).item()
        assert log["loss"] == pytest.approx(loss.item(), abs=1e-5)
        assert log["grad_norm"] == pytest.approx(slope, rel=1e-4)
    assert logs[-1]["kl"] > 0


def test_the_discriminator_learns_once_a_batch_and_says_so(tmp_path):
    trainer, _, score = gad_trainer(tmp_path, config(warmup_steps=1, updates=2))
    student = small.weights(trainer.model)
    before = small.weights(score)
    trainer.train()
    reward = trainer.reward_funcs[0]
    assert reward.calls == 5 and trainer.state.global_step == 10
    assert not small.equal(before, small.weights(score))
    assert not small.equal(student, small.weights(trainer.model))
    told = trainer.state.log_history[0]
    names = [f"discriminator/{name}" for name in ("accuracy", "gap", "loss", "distinct_2")]
    assert all(name in told for name in names) and "rewards/discriminator/mean" in told


@pytest.mark.parametrize(
    ("prompts", "says"),
    [
        (["ab", ""], "prompt 1 is empty"),
        (["ab", "abcabcabc"], "longer than 8 tokens"),
        (["ab"] * 1, "1 prompts and 2 answers"),
    ],
)
def test_texts_that_do_not_fit_are_refused_before_the_first_step(tmp_path, prompts, says):
    student, score = tiny.llama(), Discriminator(tiny.llama(1), "sum")
    with pytest.raises(ValueError, match=says):
        trainers.gad_trainer(
            student, score, tokenizer(), prompts, ANSWERS[:2], config(), tmp_path, max_prompt=8
        )


def test_prompts_without_room_for_an_answer_are_refused_before_the_first_step(tmp_path):
    student, score = tiny.llama(), Discriminator(tiny.llama(1), "sum")
    asked = config(sampling=Sampling(tiny.EOS, 15))
    with pytest.raises(ValueError, match="max_tokens 15, together more"):
        trainers.gad_trainer(student, score, tokenizer(), PROMPTS, ANSWERS, asked, tmp_path)


def test_in_the_warm_up_the_student_stays(tmp_path):
    trainer, student, score = gad_trainer(tmp_path, config(warmup_steps=2, steps=1))
    watcher = Watcher()
    trainer.add_callback(watcher)
    start, judge = small.weights(student), small.weights(score)
    trainer.train()
    assert small.equal(start, small.weights(watcher.students[2]))
    assert not small.equal(start, small.weights(student))
    assert not small.equal(judge, small.weights(score))


def test_an_evaluation_between_and_after_steps_trains_nobody(tmp_path):
    quiet, _, alone = gad_trainer(tmp_path / "a", eval_rows=4)
    quiet.train()
    kept = small.weights(alone)
    calls = quiet.reward_funcs[0].calls
    heard = listened(quiet)
    assert "eval_reward" in quiet.evaluate() and heard
    assert small.equal(kept, small.weights(alone)) and calls == 4


def test_a_run_that_goes_on_ends_as_one_that_was_never_stopped(tmp_path):
    trainer, student, score = gad_trainer(tmp_path)
    trainer.train()
    ends = small.weights(student), small.weights(score)
    losses_seen = [line["loss"] for line in trainer.state.log_history if "loss" in line]
    again, student, score = gad_trainer(tmp_path)
    again.train(resume_from_checkpoint=str(tmp_path / "checkpoint-2"))
    assert small.equal(ends[0], small.weights(student))
    assert small.equal(ends[1], small.weights(score))
    told = [line["loss"] for line in again.state.log_history if "loss" in line]
    assert told == losses_seen and len(told) == 4


def test_a_checkpoint_never_falls_between_two_updates_on_the_same_answers(tmp_path):
    asked = config(updates=2, save_every=1, steps=3)
    trainer, student, score = gad_trainer(tmp_path, asked)
    trainer.train()
    ends = small.weights(student), small.weights(score)
    assert len(list(tmp_path.glob("checkpoint-*"))) == 3
    for place in (tmp_path / "checkpoint-2", tmp_path / "checkpoint-4"):
        again, student, score = gad_trainer(tmp_path, asked)
        again.train(resume_from_checkpoint=str(place))
        assert again.reward_funcs[0].calls == 3, place
        assert small.equal(ends[0], small.weights(student))
        assert small.equal(ends[1], small.weights(score))


def run_config(kind=RunConfig, **settings):
    return kind(**{"steps": 1, "batch_size": 8, "student": FAST, **settings})


@pytest.mark.parametrize("chat", [False, True])
def test_seqkd_counts_answers_with_their_ends(tmp_path, chat):
    student, tokens = tiny.llama(), speaking()
    pairs = encode_pairs(tokens, PROMPTS, ANSWERS, 8, 4, chat)
    wanted = losses.sequence_nll(answer_logits(student, pairs), pairs.answers, pairs.mask).item()
    trainer = trainers.seqkd_trainer(
        student, tokens, PROMPTS, ANSWERS, run_config(), tmp_path, max_length=16, chat=chat
    )
    before = small.weights(student)
    trainer.train()
    assert trainer.state.log_history[0]["loss"] == pytest.approx(wanted, abs=1e-4)
    assert not small.equal(before, small.weights(student))


def test_answers_that_were_cut_are_refused(tmp_path):
    with pytest.raises(ValueError, match="1 answers that were cut"):
        trainers.seqkd_trainer(
            tiny.model(), tokenizer(), ["a"], [Answer("b", "length")], run_config(), tmp_path
        )


def speaking():
    """The tiny tokenizer with a template that closes an answer with the end token."""
    tokens = tokenizer()
    tokens.chat_template = (
        "{% for m in messages %}{{ m['content'] }}"
        "{% if m['role'] == 'assistant' %}{{ eos_token }}{% endif %}{% endfor %}"
    )
    return tokens


@pytest.mark.parametrize("divergence", ["forward_kl", "reverse_kl", "jsd"])
def test_kls_on_given_answers_are_labkits(tmp_path, divergence):
    student, teacher = tiny.llama(), tiny.llama(5)
    asked = run_config(WhiteBoxConfig, divergence=divergence, own_share=0.0, beta=0.3)
    pairs = encode_pairs(speaking(), PROMPTS, ANSWERS, 8, 4, chat=True)
    both = [answer_logits(model, pairs) for model in (student, teacher)]
    wanted = asked.loss()(*both, pairs.mask).item()
    trainer = trainers.white_box_trainer(
        student, teacher, speaking(), PROMPTS, ANSWERS, asked, tmp_path, max_length=16
    )
    trainer.train()
    assert trainer.state.log_history[0]["loss"] == pytest.approx(wanted, abs=1e-4)


def test_on_policy_reverse_kl_brings_the_student_to_its_teacher(tmp_path):
    student, teacher = tiny.llama(), tiny.llama(5)
    how = Sampling(tiny.EOS, 4)
    asked = run_config(WhiteBoxConfig, steps=25, sampling=how)
    trainer = trainers.white_box_trainer(
        student, teacher, speaking(), PROMPTS, ANSWERS, asked, tmp_path
    )
    trainer.train()
    told = [line["loss"] for line in trainer.state.log_history if "loss" in line]
    assert 0 < sum(told[-3:]) < 0.5 * sum(told[:3])


def test_two_vocabularies_are_refused(tmp_path):
    with pytest.raises(ValueError, match="one vocabulary"):
        trainers.white_box_trainer(
            tiny.model(), tiny.model(vocabulary=13), speaking(), PROMPTS, ANSWERS,
            run_config(WhiteBoxConfig, own_share=0.0), tmp_path,
        )  # fmt: skip
