"""The command `verdicts check`: the shipped verdicts, computed again from the shipped answers."""

import argparse
from pathlib import Path


def add(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Add the command and its option."""
    verdicts = commands.add_parser("verdicts", help="check the confirmed verdicts text by text")
    verdicts.add_argument("what", choices=("check",), help="compute every number again")
    verdicts.add_argument(
        "--folder", type=Path, metavar="DIR", help="files of results; default data/results/confirm"
    )
    verdicts.set_defaults(run=_check)


def _check(options: argparse.Namespace) -> int:
    from labkit.experiments.confirm.check import check

    found = check(options.folder)
    for sentence in found.differences:
        print(sentence)
    print(
        f"{found.lines} lines computed again from {found.texts} answers: "
        f"{len(found.differences) or 'no'} cell{'' if len(found.differences) == 1 else 's'} differ"
    )
    return 1 if found.differences else 0
