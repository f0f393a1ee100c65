"""The command `student`: a table of labelled texts becomes a small model and a report."""

import argparse
from pathlib import Path


def add(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Add the command and its options."""
    own = commands.add_parser(
        "student", help="the smallest model that is good enough for your data"
    )
    own.add_argument("data", metavar="DATA", help="a file or folder with columns text and label")
    own.add_argument("--out", required=True, type=Path, metavar="FOLDER", help="a new folder")
    own.add_argument(
        "--unlabelled", metavar="FILE", help="more texts without labels, for the teacher to answer"
    )
    own.add_argument("--max-ms", type=above_0, metavar="MS", help="most milliseconds per text")
    own.add_argument(
        "--max-mib", type=above_0, metavar="MIB", help="largest file of the model, in MiB"
    )
    own.add_argument(
        "--min-gain", type=float, default=1.0, metavar="POINTS",
        help="accuracy over TF-IDF below which TF-IDF is taken (1)",
    )  # fmt: skip
    own.add_argument(
        "--within", type=float, default=2.0, metavar="POINTS",
        help="how far below the best model the smallest may lie (2)",
    )  # fmt: skip
    own.add_argument(
        "--minutes", type=above_0, default=30.0, metavar="N", help="how much to train (30)"
    )
    own.add_argument("--quiet", action="store_true", help="no progress bars")
    own.set_defaults(run=_student)


def above_0(text: str) -> float:
    """A number above 0, as an option of a command."""
    try:
        value = float(text)
    except ValueError:
        value = 0.0
    if not 0 < value < float("inf"):
        raise argparse.ArgumentTypeError(f"a number above 0 was wanted, got {text!r}")
    return value


def _student(options: argparse.Namespace) -> None:
    from labkit.experiments.own_student.plan import Wishes
    from labkit.experiments.own_student.student import student

    wishes = Wishes(
        options.max_ms, options.max_mib, options.min_gain, options.within, options.minutes
    )
    found = student(options.data, options.out, options.unlabelled, wishes, options.quiet)
    print(found.judgement.sentence)
    print(f"wrote {options.out}; open {options.out / 'report.html'}")
