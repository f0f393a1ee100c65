"""The measured lines as a CSV file and as Markdown."""

import csv
import platform
from collections.abc import Iterable
from importlib import metadata
from importlib.util import find_spec
from pathlib import Path

from labkit.compute import computes_bf16
from labkit.files import write_atomically
from tests.benchmarks.measure import Line

PACKAGES = ("torch", "transformers", "onnxruntime", "trl", "textbrewer", "torchdistill")
COLUMNS = ("what", "student", "contender", "value", "unit", "wanted", "runs", "note")


def machine() -> str:
    """What the numbers were measured on, without the machine's name."""
    import torch

    half = computes_bf16(torch.device("cpu"), "auto")
    versions = [f"{name} {metadata.version(name)}" for name in PACKAGES if find_spec(name)]
    return ", ".join(
        [
            _processor(),
            "one core, one thread",
            f"bfloat16 in hardware: {'yes' if half else 'no'}",
            f"Python {platform.python_version()}",
            *versions,
        ]
    )


def _processor() -> str:
    facts = Path("/proc/cpuinfo")
    if facts.exists():
        for line in facts.read_text(encoding="utf-8").splitlines():
            if line.startswith("model name"):
                return line.partition(":")[2].strip()
    return platform.processor() or platform.machine()


def write_csv(lines: Iterable[Line], path: Path, command: str) -> None:
    """One row per number; the first two rows, after #, say how and on what."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with write_atomically(path) as temporary, temporary.open("w", newline="") as file:
        file.write(f"# made by: {command}\n# on: {machine()}\n")
        table = csv.writer(file)
        table.writerow(COLUMNS)
        for line in lines:
            runs = ";".join(f"{run:.4g}" for run in line.runs)
            value = f"{line.value:.6g}"
            names = (line.what, line.student, line.contender)
            table.writerow([*names, value, line.unit, line.wanted, runs, line.note])


def markdown(lines: Iterable[Line]) -> str:
    """The same for a reader."""
    rows = ["| what | student | contender | value | wanted |", "|---|---|---|---|---|"]
    for line in lines:
        value = f"{line.value:.3g} {line.unit}"
        rows.append(
            f"| {line.what} | {line.student} | {line.contender} | {value} | {line.wanted} |"
        )
    return "\n".join(rows)
