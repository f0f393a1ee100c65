"""The command `ladder`: every model from the floor to the teacher, written as results come."""

import argparse
import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from labkit.cli.outputs import check_files, picture_file
from labkit.cli.runs import command_line, count

if TYPE_CHECKING:
    from labkit.data import Study
    from labkit.experiments.ladder.climb import Rung


def add(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Add the command and its options."""
    ladder = commands.add_parser("ladder", help="all models from floor to teacher on one data set")
    ladder.add_argument("dataset", metavar="DATASET", help="a name, such as trec, or a folder")
    ladder.add_argument(
        "--seeds", type=count, default=3, metavar="N", help="runs of each model, default 3"
    )
    ladder.add_argument("--json", type=Path, metavar="FILE", help="write one line per run")
    ladder.add_argument("--csv", type=Path, metavar="FILE", help="the same as a table")
    ladder.add_argument(
        "--floor", action="store_true", help="only the models without a neural network"
    )
    ladder.add_argument(
        "--picture", type=picture_file, metavar="FILE", help="draw the ladder (png, svg, pdf)"
    )
    ladder.set_defaults(run=_ladder)


def _ladder(options: argparse.Namespace) -> None:
    if options.floor and options.picture:
        raise ValueError(
            "--picture draws the whole ladder up to the teacher, and --floor stops before it; "
            "leave one of them out"
        )
    check_files({f"--{name}": getattr(options, name) for name in ("json", "csv", "picture")})
    from labkit.data import study
    from labkit.experiments.ladder import climb, pictures, reproduce
    from labkit.experiments.ladder.claims import verdict_lines

    done: list[Rung] = []
    part = study(options.dataset)
    for rung in climb.climb(part, options.seeds, floor_only=options.floor):
        done.append(rung)
        _say(rung)
        _write(options, part, done)
    print(reproduce.table(done).to_string())
    for sentence in verdict_lines(done):
        print(sentence)
    if options.picture:
        pictures.save(done, options.picture)


def _say(rung: "Rung") -> None:
    print(
        f"{rung.config.arm:16} seed {rung.config.seed}  accuracy {rung.accuracy:.3f}  "
        f"macro F1 {rung.macro_f1:.3f}  {rung.outcome['seconds']:6.1f} s",
        file=sys.stderr,
        flush=True,
    )


def _write(options: argparse.Namespace, part: "Study", done: "list[Rung]") -> None:
    """Write the files anew with every rung so far: they are whole whenever the climb stops."""
    from labkit import files
    from labkit.experiments.ladder import reproduce

    if options.json:
        lines = "".join(json.dumps(reproduce.record(rung)) + "\n" for rung in done)
        files.write_text(options.json, lines)
    if options.csv:
        reproduce.write(options.csv, part, done, command_line())
