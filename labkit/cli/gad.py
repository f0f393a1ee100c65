"""The command `labkit gad`: GAD on a file of a teacher's answers, by labkit's loop or by TRL."""

import argparse
import os
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from labkit.cli.outputs import check_folder
from labkit.cli.runs import count

if TYPE_CHECKING:
    from transformers import PreTrainedModel, PreTrainedTokenizerBase

    from labkit.llm.discriminator import Discriminator
    from labkit.llm.gad.config import GadConfig, GadStep
    from labkit.llm.teachers.store import Stored
    from labkit.llm.tokens import Pairs

BACKENDS = ("labkit", "trl")
SCORES = ("last", "sum", "likelihood")
"""As in `discriminator.KINDS`, which only torch can read."""


def add(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Add the command and its options."""
    gad = commands.add_parser("gad", help="train a language model against a discriminator")
    gad.add_argument("student", type=Path, metavar="STUDENT", help="folder of the model, after SFT")
    gad.add_argument("answers", type=Path, metavar="FILE", help="JSON lines: prompt and answer")
    gad.add_argument("folder", type=Path, metavar="OUT", help="where the run and its models go")
    gad.add_argument("--backend", choices=BACKENDS, default="labkit", help="who trains (labkit)")
    gad.add_argument(
        "--discriminator",
        type=Path,
        metavar="DIR",
        help="folder of the model that D begins as; else the student",
    )
    gad.add_argument(
        "--score", choices=SCORES, default="last", help="what D adds up of an answer (last)"
    )
    _add_numbers(gad)
    gad.add_argument("--frozen", action="store_true", help="D learns in its warm-up alone")
    gad.add_argument("--chat", action="store_true", help="prompts through the chat template")
    gad.set_defaults(run=_gad)


def _add_numbers(gad: argparse.ArgumentParser) -> None:
    """How long, on how much, how fast."""
    gad.add_argument(
        "--steps", type=count, default=150, metavar="N", help="steps of the student (150)"
    )
    gad.add_argument(
        "--warmup",
        type=int,
        default=0,
        metavar="N",
        help="steps of D alone before; a fresh D needs some hundred (0)",
    )
    gad.add_argument("--prompts", type=count, default=16, metavar="N", help="prompts per step (16)")
    gad.add_argument("--group", type=count, default=8, metavar="N", help="answers per prompt (8)")
    gad.add_argument(
        "--max-prompt", type=count, default=256, metavar="N", help="tokens of a prompt (256)"
    )
    gad.add_argument(
        "--max-tokens", type=count, default=64, metavar="N", help="tokens of an answer (64)"
    )
    gad.add_argument(
        "--temperature", type=float, default=1.0, metavar="T", help="when it answers (1.0)"
    )
    gad.add_argument(
        "--rate", type=float, default=1e-5, metavar="X", help="the student's step size (1e-5)"
    )
    gad.add_argument(
        "--judge-rate", type=float, default=1e-5, metavar="X", help="the step size of D (1e-5)"
    )
    gad.add_argument(
        "--kl", type=float, default=0.001, metavar="X", help="weight of the KL to the start (.001)"
    )
    gad.add_argument("--precision", default="float32", metavar="TYPE", help="float32 or bfloat16")
    gad.add_argument(
        "--save-every", type=count, default=50, metavar="N", help="steps between checkpoints (50)"
    )
    gad.add_argument("--seed", type=int, default=0, metavar="N", help="of texts and answers (0)")


@dataclass(frozen=True)
class _Parts:
    """What both backends train from."""

    student: "PreTrainedModel"
    score: "Discriminator"
    tokenizer: "PreTrainedTokenizerBase"
    taught: "list[Stored]"
    pairs: "Pairs"
    """The same as token ids."""
    config: "GadConfig"


def _gad(options: argparse.Namespace) -> None:
    check_folder("OUT", options.folder)
    if options.backend == "labkit":
        _refuse_processes()
    parts = _parts(options)
    by = {"labkit": _by_labkit, "trl": _by_trl}[options.backend]
    if not by(parts, options):
        return
    student, judge = options.folder / "student", options.folder / "discriminator.safetensors"
    from labkit.llm.learner import each_once
    from labkit.training.checked_tensors import write_tensors

    parts.student.save_pretrained(student)
    parts.tokenizer.save_pretrained(student)
    write_tensors(judge, each_once(parts.score), {})
    print(f"wrote {student} and {judge}")


def _refuse_processes() -> None:
    started = os.environ.get("WORLD_SIZE", "1")
    if started != "1":
        raise ValueError(
            f"got {started} processes, and labkit's own loop trains in one: each would train the "
            "same student; start one, or take --backend trl"
        )


def _by_labkit(parts: _Parts, options: argparse.Namespace) -> bool:
    from labkit.compute import place
    from labkit.llm.gad.run import gad
    from labkit.llm.self_checks import refuse, self_check

    place(parts.student), place(parts.score)
    refuse(self_check(parts.student, parts.pairs, parts.config.sampling, parts.score))
    folder = options.folder / "run"
    for step in gad(parts.student, parts.score, parts.pairs, parts.config, folder=folder):
        print(_line(step), file=sys.stderr, flush=True)
    return True


def _line(step: "GadStep") -> str:
    told = {
        "loss": step.loss,
        "reward": step.verdict.reward,
        "accuracy": step.verdict.accuracy,
        "gap": step.verdict.gap,
        "score-length": step.verdict.score_length,
        "constant groups": step.verdict.constant_groups,
        "KL": step.kl,
        "entropy": step.entropy,
        "length": step.length,
        "ended": step.ended,
        "distinct-2": step.distinct_2,
    }
    numbers = "  ".join(f"{name} {value:.3f}" for name, value in told.items())
    return f"{step.index + 1}/{step.total}  {numbers}  {step.seconds:.2f} s"


def _by_trl(parts: _Parts, options: argparse.Namespace) -> bool:
    """True in the first process, which writes the models down."""
    try:
        import trl  # noqa: F401
    except ImportError:
        raise ValueError(
            "TRL is not installed; install it with: pip install 'labkit[llm]'"
        ) from None
    from labkit.compute import model_device
    from labkit.llm.gad.run import gad_folder
    from labkit.llm.self_checks import given_check, refuse
    from labkit.llm.trl_backend.keeper import go_on
    from labkit.llm.trl_backend.processes import world_size
    from labkit.llm.trl_backend.trainers import gad_trainer
    from labkit.training.marks import weights_key

    eos, where = parts.config.sampling.eos_id, model_device(parts.score)
    refuse(given_check(parts.pairs, eos, parts.score, where))  # TRL's own code writes the answers
    folder = options.folder / "trl"
    gad_folder(folder, parts.student, parts.score, parts.pairs, parts.config)  # may refuse it
    trainer = gad_trainer(
        parts.student,
        parts.score,
        parts.tokenizer,
        [one.prompt for one in parts.taught],
        [one.answer for one in parts.taught],
        parts.config,
        folder,
        max_prompt=options.max_prompt,
        chat=options.chat,
    )
    go_on(trainer)
    # Processes that drifted apart would train two different students in silence.
    marks = f"student {weights_key(parts.student)}, discriminator {weights_key(parts.score)}"
    print(f"process {trainer.args.process_index} of {world_size()}  {marks}", flush=True)
    return bool(trainer.is_world_process_zero())


def _parts(options: argparse.Namespace) -> _Parts:
    from transformers import AutoTokenizer

    from labkit.llm.config import Descent
    from labkit.llm.discriminator import Discriminator
    from labkit.llm.encode import encode_pairs, end_token
    from labkit.llm.gad.config import GadConfig
    from labkit.llm.rollouts import Sampling
    from labkit.llm.teachers.store import stored_answers

    folder = options.student
    for named in filter(None, (folder, options.discriminator)):
        if not (named / "config.json").exists():
            raise ValueError(f"{named} holds no model; name a folder with config.json and weights")
    taught = stored_answers(options.answers)
    tokenizer = AutoTokenizer.from_pretrained(folder)
    config = GadConfig(
        steps=options.steps,
        batch_size=options.prompts,
        group_size=options.group,
        sampling=Sampling(
            end_token(tokenizer), options.max_tokens, options.temperature, draw="inverse"
        ),
        student=Descent(options.rate, warmup_share=0.0),
        discriminator=Descent(options.judge_rate, warmup_share=0.0, final_share=1.0),
        warmup_steps=options.warmup,
        frozen=options.frozen,
        kl=options.kl,
        seed=options.seed,
        precision=options.precision,
        save_every=options.save_every,
    )
    pairs = encode_pairs(
        tokenizer,
        [one.prompt for one in taught],
        [one.answer for one in taught],
        options.max_prompt,
        options.max_tokens,
        options.chat,
    )
    # Models come last: what is wrong with settings or texts is said before gigabytes are read.
    score = Discriminator(_in_float32(options.discriminator or folder), options.score, options.seed)
    return _Parts(_in_float32(folder), score, tokenizer, taught, pairs, config)


def _in_float32(folder: Path) -> "PreTrainedModel":
    """The model in float32, whatever its file holds: a small step on bfloat16 rounds to none."""
    import torch
    from transformers import AutoModelForCausalLM

    found: PreTrainedModel = AutoModelForCausalLM.from_pretrained(folder, dtype=torch.float32)
    return found
