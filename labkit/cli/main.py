"""The command `labkit`: its parts put together, and how a command ends."""

import argparse
import os
import sys
from collections.abc import Sequence

from labkit.cli import course, experiments, gad, ladder, student, verdicts
from labkit.cli.errors import mendable, one_line
from labkit.version import __version__


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command and give its exit code: 0 well, 1 not well, 2 an error, 130 interrupted.

    Errors that a reader can mend are one line; LABKIT_DEBUG=1 shows where they came from.
    """
    options = parser().parse_args(arguments)
    try:
        return int(options.run(options) or 0)
    except KeyboardInterrupt:
        print("\nlabkit: stopped; run the same command again to go on", file=sys.stderr)
        if arguments is None:
            _end(130)
        return 130
    except BrokenPipeError:  # The reader of our output has seen enough, as `head` does.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 1
    except mendable() as error:
        if os.environ.get("LABKIT_DEBUG") == "1":
            raise
        print(f"labkit: {one_line(error)}", file=sys.stderr)
        return 2


def _end(code: int) -> None:
    """Leave at once, as Ctrl-C asks.

    Python's own end waits for threads; and when Ctrl-C came inside `exec`, which every dataclass
    calls, `python -m labkit` would die of the signal instead of giving the code.
    """
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(code)


def parser() -> argparse.ArgumentParser:
    """The commands and their options."""
    top = argparse.ArgumentParser("labkit", description="The Adversarial Distillation Lab.")
    top.add_argument("--version", action="version", version=f"labkit {__version__}")
    commands = top.add_subparsers(title="commands", metavar="COMMAND", required=True)
    course.add_set_up(commands)
    ladder.add(commands)
    student.add(commands)
    experiments.add(commands)
    verdicts.add(commands)
    gad.add(commands)
    course.add_lessons(commands)
    return top
