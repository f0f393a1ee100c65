"""The command `labkit`: one function a subcommand, each importing what it needs when it runs."""

import argparse
import json
import os
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from labkit.cli import experiments as cli_experiments
from labkit.cli.experiments import command_line, count

if TYPE_CHECKING:
    from labkit.experiments.ladder.climb import Rung


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command and give its exit code: 0 well, 1 not well, 2 an error, 130 interrupted.

    Errors that a reader can mend are one line; LABKIT_DEBUG=1 shows where they came from.
    """
    options = parser().parse_args(arguments)
    try:
        return int(options.run(options) or 0)
    except KeyboardInterrupt:
        print("\nlabkit: stopped; run the same command again to go on", file=sys.stderr)
        return 130
    except BrokenPipeError:  # The reader of our output has seen enough, as `head` does.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 1
    except _mendable() as error:
        if os.environ.get("LABKIT_DEBUG") == "1":
            raise
        print(f"labkit: {_one_line(error)}", file=sys.stderr)
        return 2


def parser() -> argparse.ArgumentParser:
    """The commands and their options."""
    top = argparse.ArgumentParser("labkit", description="The Adversarial Distillation Lab.")
    commands = top.add_subparsers(title="commands", metavar="COMMAND", required=True)
    _add_set_up(commands)
    _add_ladder(commands)
    cli_experiments.add(commands)
    _add_lessons(commands)
    return top


def _add_set_up(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    doctor = commands.add_parser("doctor", help="what this machine has, what is missing")
    doctor.add_argument(
        "--measure", action="store_true", help="run every lesson and write down its minutes"
    )
    doctor.set_defaults(run=_doctor)
    fetch = commands.add_parser("fetch", help="get data sets or models by name")
    fetch.add_argument("names", nargs="+", metavar="NAME", help="such as trec or minilm")
    fetch.set_defaults(run=_fetch)
    prepare = commands.add_parser("prepare", help="get and fine-tune all that the lessons need")
    prepare.set_defaults(run=_prepare)


def _add_ladder(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    ladder = commands.add_parser("ladder", help="all models from floor to teacher on one data set")
    ladder.add_argument("dataset", metavar="DATASET", help="a name, such as trec, or a folder")
    ladder.add_argument(
        "--seeds", type=count, default=3, metavar="N", help="runs of each model, default 3"
    )
    ladder.add_argument("--json", type=Path, metavar="FILE", help="write one line a run")
    ladder.add_argument("--csv", type=Path, metavar="FILE", help="the same as a table")
    ladder.add_argument(
        "--floor", action="store_true", help="only the models without a neural network"
    )
    ladder.add_argument(
        "--picture", type=_picture, metavar="FILE", help="draw the ladder (png, svg)"
    )
    ladder.set_defaults(run=_ladder)


def _add_lessons(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    lessons = commands.add_parser("lessons", help="build and check the notebooks")
    actions = lessons.add_subparsers(title="actions", metavar="ACTION", required=True)
    build = actions.add_parser("build", help="write the notebooks from notebooks/masters")
    build.set_defaults(run=_build)
    check = actions.add_parser("check", help="fail when a notebook differs from a fresh build")
    check.set_defaults(run=_check)
    export = actions.add_parser("export-nbgrader", help="write an nbgrader course folder")
    export.add_argument("folder", type=Path, metavar="DIR")
    export.set_defaults(run=_export_nbgrader)
    progress = commands.add_parser("progress", help="which exercises passed their checks")
    progress.set_defaults(run=_progress)
    site = commands.add_parser("site", help="write the lessons as web pages")
    site.add_argument("folder", type=Path, metavar="DIR")
    site.set_defaults(run=_site)


def _picture(text: str) -> Path:
    path = Path(text)
    if path.suffix not in (".png", ".svg", ".pdf"):
        raise argparse.ArgumentTypeError(
            f"a name ending in .png, .svg or .pdf was wanted, got {text!r}"
        )
    return path


def _mendable() -> tuple[type[Exception], ...]:
    """Errors whose message tells the reader what to do; looked up only when one was raised."""
    from labkit.data.fetch import AssetError
    from labkit.experiments.sweep import SweepError

    return (AssetError, SweepError, ValueError, OSError)


def _one_line(error: Exception) -> str:
    if isinstance(error, OSError) and error.strerror:
        return f"{error.strerror}: {error.filename}" if error.filename else error.strerror
    return " ".join(str(error).split())


def _doctor(options: argparse.Namespace) -> None:
    from labkit.course import doctor
    from labkit.course import lesson_minutes as probe

    if options.measure:
        times = probe.measure_lessons()
        for name, seconds in times.seconds.items():
            print(f"{name:30} {seconds:6.1f} s")
    print(doctor.report())


def _fetch(options: argparse.Namespace) -> None:
    from labkit.data import fetch as assets

    for name in options.names:
        assets.entry(name)  # A misspelt name fails before the first download.
    for name in options.names:
        print(f"{name}: {assets.fetch(name)}")


def _prepare(options: argparse.Namespace) -> None:
    from labkit.methods import fine_tune as teachers

    teachers.prepare()
    print("Everything the lessons need is here.")


def _ladder(options: argparse.Namespace) -> None:
    from labkit.experiments.ladder import climb as ladder

    rungs = _shown(ladder.climb(options.dataset, options.seeds, floor_only=options.floor))
    done = _written(rungs, options.json) if options.json else list(rungs)
    print(ladder.table(done).to_string())
    if options.csv:
        from labkit.data import study
        from labkit.experiments.ladder import ladder_file

        source = study(options.dataset).source
        ladder_file.write(options.csv, options.dataset, source, command_line(), done)
    if options.floor:
        return
    for verdict in ladder.gains(done):
        print(verdict.sentence)
    if options.picture:
        ladder.picture(ladder.scores(done), options.picture)


def _shown(rungs: "Iterator[Rung]") -> "Iterator[Rung]":
    for rung in rungs:
        print(
            f"{rung.arm:16} seed {rung.seed}  accuracy {rung.accuracy:.3f}  "
            f"macro F1 {rung.macro_f1:.3f}  {rung.seconds:6.1f} s",
            file=sys.stderr,
        )
        yield rung


def _written(rungs: "Iterator[Rung]", file: Path) -> "list[Rung]":
    from labkit import files

    done = []
    with files.write_atomically(file) as temporary, temporary.open("w", encoding="utf-8") as lines:
        for rung in rungs:
            lines.write(json.dumps(rung.record()) + "\n")
            done.append(rung)
    return done


def _build(options: argparse.Namespace) -> None:
    from labkit.course.build import notebooks as lessons

    changed = lessons.build()
    for path in changed:
        print(f"wrote {path}" if path.exists() else f"removed {path}")
    if not changed:
        print("nothing to do: the notebooks equal a fresh build")


def _check(options: argparse.Namespace) -> int:
    from labkit.course.build import notebooks as lessons

    differ = lessons.check()
    for path in differ:
        print(f"{path} differs from a fresh build: change its master, then `labkit lessons build`")
    return 1 if differ else 0


def _export_nbgrader(options: argparse.Namespace) -> None:
    from labkit.course.build import nbgrader as nbgrader_export

    for path in nbgrader_export.export(options.folder):
        print(f"wrote {path}")


def _progress(options: argparse.Namespace) -> None:
    from labkit.course import progress

    print(progress.table())


def _site(options: argparse.Namespace) -> int:
    from labkit.course.build import site
    from labkit.course.build.site_math import FormulaError

    try:
        written = site.build(options.folder)
    except (site.SiteError, FormulaError) as error:  # One line for each thing to correct.
        print(error, file=sys.stderr)
        return 2
    print(f"wrote {len(written)} files; open {options.folder / 'index.html'}")
    return 0
