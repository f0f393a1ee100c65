"""From the plan of the word task to its file of results and its verdicts."""

from collections.abc import Mapping, Sequence
from pathlib import Path

from labkit import paths
from labkit.experiments.experiment import Experiment, head, sweep_file
from labkit.experiments.llm.arms import measure
from labkit.experiments.llm.claims import Claim, sentence, verdicts
from labkit.experiments.llm.plan import NAME, PROXIES, SCALES, TABLE, TEMPERATURES, WordRun
from labkit.experiments.result import Result
from labkit.experiments.results import rounded, write_csv
from labkit.experiments.seed_verdicts import Verdict, write_verdicts

TITLE = "The word task: SeqKD, GAD and what stands between them, at four temperatures"
MEASURES = (
    "right",
    "backwards",
    "latin",
    "sorted",
    "style_entropy",
    "forward_kl",
    "length",
    "ended",
    "distinct_2",
)
RULE = (
    "differences are paired by seed; reproduced: the 95 % interval lies above 0 and p after Holm "
    "is below 0.05; not reproduced: it lies below 0, with the same p; cannot be told: neither, or "
    "fewer than 3 seeds. best: the second arm at the temperature that suits it best in each seed. "
    f"The seeds share {PROXIES} larger models (seed modulo {PROXIES}), of which every score, proxy "
    "and text of theirs comes: an interval over seeds says less about other larger models"
)


def experiment(
    runs: Sequence[WordRun], count: int, folder: Path | None = None, command: str = ""
) -> Experiment[WordRun]:
    """The runs as an experiment.

    count: processes; folder: None for the results of this project
    """
    into = paths.results(NAME) if folder is None else folder

    def write(name: str, done: Sequence[Result[WordRun]]) -> None:
        write_table(into, done, head(TITLE, command or f"labkit reproduce {name}", count, done))

    return Experiment(measure, sweep_file(NAME), {TABLE: list(runs)}, write)


def write_table(
    folder: Path, runs: Sequence[Result[WordRun]], about: Mapping[str, str]
) -> list[Verdict[Claim]]:
    """Write each arm, seed and temperature as a line, and the verdicts beside them."""
    asked = ["arm", "seed", "temperature"]
    rows = [
        [run.config.arm, run.config.seed, heat, *(rounded(own[name]) for name in MEASURES)]
        + [rounded(run.outcome[name]) for name in ("cpu_seconds", "cpu_seconds_before")]
        for run in runs
        for heat, own in ((heat, run.outcome["answers"][str(heat)]) for heat in TEMPERATURES)
    ]
    told = {**about, **_size(runs)}
    columns = [*asked, *MEASURES, "cpu_seconds", "cpu_seconds_before"]
    write_csv(folder / f"{TABLE}.csv", told, columns, rows)
    lines = verdicts(runs)
    above = {"title": f"Verdicts of {TABLE}", "rule": RULE}
    above |= {f"line {place}": sentence(line) for place, line in enumerate(lines, 1)}
    write_verdicts(folder / f"{TABLE}_verdicts.csv", above, Claim, lines)
    return lines


def _size(runs: Sequence[Result[WordRun]]) -> dict[str, str]:
    scales = sorted({run.config.scale for run in runs})
    words = sorted({int(run.outcome["words"]) for run in runs})
    return {
        "held-out words": ", ".join(map(str, words)),
        "scales": "; ".join(f"{name}: {SCALES[name]}" for name in scales),
        "seconds": "of the processor: of the arm itself, and of start and proxy before it",
    }
