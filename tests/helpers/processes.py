"""Processes that a test begins, and what became of them."""

import os
import time
from pathlib import Path


def busy(marker):
    """Write the number of this process into a file, then do nothing for minutes."""
    marker = Path(marker)
    (half := marker.with_suffix(".half")).write_text(str(os.getpid()), encoding="utf-8")
    half.rename(marker)
    time.sleep(300)


def is_running(process):
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    # An ended process that nobody has collected still has its number.
    return Path(f"/proc/{process}/stat").read_text(encoding="utf-8").split(")")[1].split()[0] != "Z"


def until(condition, seconds=120):
    """What the condition gives as soon as it is true; what it gives at the end otherwise."""
    end = time.monotonic() + seconds
    while not (found := condition()) and time.monotonic() < end:
        time.sleep(0.1)
    return found
