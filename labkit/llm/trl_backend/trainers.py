"""TRL's trainers set up as labkit's runs are: GAD, SeqKD, and KLs to an open teacher."""

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from torch import nn

from labkit.llm.config import RunConfig
from labkit.llm.encode import encode_pairs
from labkit.llm.gad.config import GadConfig
from labkit.llm.rollouts import check_room
from labkit.llm.scoring import check_readable, check_vocabulary
from labkit.llm.teachers.answers import Answer, check_prompts
from labkit.llm.trl_backend import settings
from labkit.llm.trl_backend.keeper import discriminator_keeper
from labkit.llm.trl_backend.reward import DiscriminatorReward
from labkit.llm.trl_backend.student import check_padding, first_weights
from labkit.llm.white_box import WhiteBoxConfig

if TYPE_CHECKING:
    from datasets import Dataset
    from transformers import PreTrainedModel, PreTrainedTokenizerBase
    from trl import DistillationTrainer, GRPOTrainer, SFTTrainer
    from trl.experimental.gkd import GKDTrainer


def gad_trainer(
    student: "PreTrainedModel",
    score: nn.Module,
    tokenizer: "PreTrainedTokenizerBase",
    prompts: Sequence[str],
    answers: Sequence[Answer],
    config: GadConfig,
    folder: Path | str,
    *,
    max_prompt: int = 256,
    chat: bool = False,
    eval_rows: int = 0,
) -> "GRPOTrainer":
    """GAD by TRL's GRPOTrainer, its discriminator learning inside the reward; see `gad`.

    answers:   of the teacher, one for each prompt
    folder:    where TRL writes checkpoints, each with its discriminator
    eval_rows: of the last prompts, held out for `trainer.evaluate()`, which never trains the
               discriminator
    returns a trainer: `train()` starts, `train(resume_from_checkpoint=True)` goes on
    errors: ValueError for settings that TRL has no place for, texts that the student cannot read
            or answer, and a student that TRL's padding would confuse (see `check_padding`)

    Steps are the same as labkit's up to TRL's own order of the prompts, and 1e-4 in place of 1e-6
    beside a group's spread. In the warm-up the student's optimizer sees gradients, though its
    steps are 0. Start several processes by torchrun: `accelerate launch --cpu` starts one.
    """
    from trl import GRPOConfig, GRPOTrainer

    reward = DiscriminatorReward(score, tokenizer, config, max_prompt, chat)
    pairs = encode_pairs(tokenizer, prompts, answers, max_prompt, config.sampling.max_tokens, chat)
    check_readable(student, pairs)
    check_room(student, pairs, config.sampling)
    check_padding(student, pairs.prompt_lengths.tolist())
    rows = _rows(prompts, answers, chat)
    steps, warmup = config.steps * config.updates, config.warmup_steps * config.updates
    train = rows.select(range(len(rows) - eval_rows))
    args = GRPOConfig(**settings.gad_settings(config, folder))
    with first_weights(student, args):
        return GRPOTrainer(
            model=student,
            reward_funcs=reward,
            args=args,
            train_dataset=train,
            eval_dataset=rows.select(range(len(train), len(rows))) if eval_rows else None,
            processing_class=_padded_left(tokenizer),
            callbacks=[discriminator_keeper(reward)],
            optimizers=settings.optimizers(student, config.student, steps, warmup),
        )


def seqkd_trainer(
    student: "PreTrainedModel",
    tokenizer: "PreTrainedTokenizerBase",
    prompts: Sequence[str],
    answers: Sequence[Answer],
    config: RunConfig,
    folder: Path | str,
    *,
    max_length: int = 512,
    chat: bool = False,
) -> "SFTTrainer":
    """SeqKD by TRL's SFTTrainer: the loss counts the teacher's answers and their end tokens alone.

    max_length: tokens of a prompt with its answer; TRL cuts a longer one
    errors: ValueError for answers that were cut: TRL would teach the student to end there
    """
    from trl import SFTConfig, SFTTrainer

    cut = sum(not answer.whole for answer in answers)
    if cut:
        raise ValueError(
            f"got {cut} answers that were cut, wanted whole ones: TRL ends each answer; leave them "
            "out, collect longer ones, or take labkit's own seqkd"
        )
    made = settings.shared(config, folder, config.batch_size, config.steps)
    return SFTTrainer(
        model=student,
        args=SFTConfig(**made, max_length=max_length, completion_only_loss=True),
        train_dataset=_completions(prompts, answers, chat),
        processing_class=tokenizer,
        optimizers=settings.optimizers(student, config.student, config.steps),
    )


def white_box_trainer(
    student: "PreTrainedModel",
    teacher: "PreTrainedModel",
    tokenizer: "PreTrainedTokenizerBase",
    prompts: Sequence[str],
    answers: Sequence[Answer],
    config: WhiteBoxConfig,
    folder: Path | str,
    *,
    max_length: int = 512,
) -> "DistillationTrainer | GKDTrainer":
    """KLs to a teacher's logits: DistillationTrainer on own answers, GKDTrainer on mixtures.

    answers:    read where `config.own_share` is below 1
    max_length: tokens of a conversation; GKDTrainer cuts the beginning of a longer one
    errors: ValueError for two vocabularies, a divergence or temperature that TRL does not have, or
            a model that TRL's padding would confuse

    Prompts go through the tokenizer's chat template, since GKDTrainer reads nothing else. What
    closes an answer there is the template's matter: look that it is the student's end token.
    """
    check_vocabulary(student, teacher)
    for model in (student, teacher):
        check_padding(model, [len(ids) for ids in tokenizer(list(prompts))["input_ids"]])
    made = settings.white_box_settings(config, folder)
    moves = settings.optimizers(student, config.student, config.steps)
    longest = config.sampling.max_tokens if config.sampling else max_length
    if config.own_share == 1:
        from trl import DistillationConfig, DistillationTrainer

        made |= {"max_completion_length": longest, "top_p": 1.0, "top_k": 0}
        return DistillationTrainer(
            model=student,
            teacher_model=teacher,
            args=DistillationConfig(**made),
            train_dataset=_rows(prompts, answers, chat=True).select_columns("prompt"),
            processing_class=_padded_left(tokenizer),
            optimizers=moves,
        )
    from trl.experimental.gkd import GKDConfig, GKDTrainer

    made |= {"lmbda": config.own_share, "max_new_tokens": longest, "max_length": max_length}
    return GKDTrainer(
        model=student,
        teacher_model=teacher,
        args=GKDConfig(**made),
        train_dataset=_conversations(prompts, answers),
        processing_class=_padded_left(tokenizer),
        optimizers=moves,
    )


def _rows(prompts: Sequence[str], answers: Sequence[Answer], chat: bool) -> "Dataset":
    from datasets import Dataset

    check_prompts(prompts)
    pairs = list(zip(prompts, answers, strict=True))
    rows: list[dict[str, Any]] = [
        {
            "prompt": [{"role": "user", "content": prompt}] if chat else prompt,
            "teacher": answer.text,
            "finish": answer.finish,
        }
        for prompt, answer in pairs
    ]
    return Dataset.from_list(rows)


def _completions(prompts: Sequence[str], answers: Sequence[Answer], chat: bool) -> "Dataset":
    """Prompts and answers as SFTTrainer wants them, as texts or as messages."""
    rows = _rows(prompts, answers, chat).rename_column("teacher", "completion")
    rows = rows.remove_columns("finish")
    if not chat:
        return rows
    said = [[{"role": "assistant", "content": answer.text}] for answer in answers]
    return rows.remove_columns("completion").add_column("completion", said)


def _conversations(prompts: Sequence[str], answers: Sequence[Answer]) -> "Dataset":
    from datasets import Dataset

    check_prompts(prompts)
    rows = [
        {
            "messages": [
                {"role": "user", "content": prompt},
                {"role": "assistant", "content": answer.text},
            ]
        }
        for prompt, answer in zip(prompts, answers, strict=True)
    ]
    return Dataset.from_list(rows)


def _padded_left(tokenizer: "PreTrainedTokenizerBase") -> "PreTrainedTokenizerBase":
    tokenizer.padding_side = "left"
    if tokenizer.pad_token is None:
        tokenizer.pad_token = tokenizer.eos_token
    return tokenizer
