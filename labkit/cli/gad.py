"""The command `labkit gad`: GAD on a file of a teacher's answers, by labkit's loop or by TRL."""

import argparse
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from labkit.cli.outputs import check_folder
from labkit.cli.runs import count

if TYPE_CHECKING:
    from transformers import PreTrainedModel, PreTrainedTokenizerBase

    from labkit.llm.discriminator import Discriminator
    from labkit.llm.gad.config import GadConfig
    from labkit.llm.teachers.store import Stored

BACKENDS = ("labkit", "trl")


def add(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Add the command and its options."""
    gad = commands.add_parser("gad", help="train a language model against a discriminator")
    gad.add_argument("student", type=Path, metavar="STUDENT", help="folder of the model, after SFT")
    gad.add_argument("answers", type=Path, metavar="FILE", help="JSON lines: prompt and answer")
    gad.add_argument("folder", type=Path, metavar="OUT", help="where the run and its models go")
    gad.add_argument("--backend", choices=BACKENDS, default="labkit", help="who trains (labkit)")
    gad.add_argument(
        "--discriminator", type=Path, metavar="DIR", help="folder of its trunk; else the student's"
    )
    gad.add_argument("--score", default="last", metavar="KIND", help="last, sum or likelihood")
    gad.add_argument("--steps", type=count, default=150, metavar="N", help="of the student (150)")
    gad.add_argument("--warmup", type=int, default=0, metavar="N", help="of the discriminator (0)")
    gad.add_argument("--prompts", type=count, default=16, metavar="N", help="a step (16)")
    gad.add_argument("--group", type=count, default=8, metavar="N", help="answers a prompt (8)")
    gad.add_argument("--max-prompt", type=count, default=256, metavar="N", help="tokens (256)")
    gad.add_argument("--max-tokens", type=count, default=64, metavar="N", help="an answer (64)")
    gad.add_argument("--temperature", type=float, default=1.0, help="of the student (1.0)")
    gad.add_argument("--rate", type=float, default=1e-5, help="the student's step size (1e-5)")
    gad.add_argument("--judge-rate", type=float, default=1e-5, help="the discriminator's (1e-5)")
    gad.add_argument("--kl", type=float, default=0.001, help="weight of the KL to the start (.001)")
    gad.add_argument("--precision", default="float32", help="float32 or bfloat16")
    gad.add_argument("--save-every", type=count, default=50, metavar="N", help="steps (50)")
    gad.add_argument("--seed", type=int, default=0)
    gad.add_argument("--frozen", action="store_true", help="the discriminator stays after warm-up")
    gad.add_argument("--chat", action="store_true", help="prompts through the chat template")
    gad.set_defaults(run=_gad)


@dataclass(frozen=True)
class _Parts:
    """What both backends train from."""

    student: "PreTrainedModel"
    score: "Discriminator"
    tokenizer: "PreTrainedTokenizerBase"
    taught: "list[Stored]"
    config: "GadConfig"


def _gad(options: argparse.Namespace) -> None:
    check_folder("OUT", options.folder)
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


def _by_labkit(parts: _Parts, options: argparse.Namespace) -> bool:
    from labkit.compute import place
    from labkit.llm.encode import encode_pairs
    from labkit.llm.gad.run import gad

    config = parts.config
    pairs = encode_pairs(
        parts.tokenizer,
        [one.prompt for one in parts.taught],
        [one.answer for one in parts.taught],
        options.max_prompt,
        options.max_tokens,
        options.chat,
    )
    place(parts.student), place(parts.score)
    for step in gad(parts.student, parts.score, pairs, config, folder=options.folder / "run"):
        print(
            f"{step.index + 1}/{step.total}  loss {step.loss:.4f}  reward "
            f"{step.verdict.reward:.3f}  accuracy {step.verdict.accuracy:.2f}  length "
            f"{step.length:.1f}  ended {step.ended:.2f}  {step.seconds:.2f} s",
            file=sys.stderr,
            flush=True,
        )
    return True


def _by_trl(parts: _Parts, options: argparse.Namespace) -> bool:
    """True in the first process, which writes the models down."""
    try:
        import trl  # noqa: F401
    except ImportError:
        raise ValueError(
            "TRL is not installed; install it with: pip install 'labkit[llm]'"
        ) from None
    from labkit.llm.trl_backend.processes import world_size
    from labkit.llm.trl_backend.trainers import gad_trainer
    from labkit.training.marks import weights_key

    folder = options.folder / "trl"
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
    trainer.train(resume_from_checkpoint=any(folder.glob("checkpoint-*")))
    # Processes that drifted apart would train two different students in silence.
    marks = f"student {weights_key(parts.student)}, discriminator {weights_key(parts.score)}"
    print(f"process {trainer.args.process_index} of {world_size()}  {marks}", flush=True)
    return bool(trainer.is_world_process_zero())


def _parts(options: argparse.Namespace) -> _Parts:
    from transformers import AutoModelForCausalLM, AutoTokenizer

    from labkit.llm.config import Descent
    from labkit.llm.discriminator import Discriminator
    from labkit.llm.encode import end_token
    from labkit.llm.gad.config import GadConfig
    from labkit.llm.rollouts import Sampling
    from labkit.llm.teachers.store import stored_answers

    folder = options.student
    if not (folder / "config.json").exists():
        raise ValueError(f"{folder} holds no model; name a folder with config.json and weights")
    taught = stored_answers(options.answers)
    tokenizer = AutoTokenizer.from_pretrained(folder)
    trunk = AutoModelForCausalLM.from_pretrained(options.discriminator or folder)
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
    score = Discriminator(trunk, options.score, options.seed)
    student = AutoModelForCausalLM.from_pretrained(folder)
    return _Parts(student, score, tokenizer, taught, config)
