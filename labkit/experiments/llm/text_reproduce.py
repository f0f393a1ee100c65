"""From the plan of the real-text study to its settings, its file of results and its verdicts."""

from collections.abc import Mapping, Sequence
from pathlib import Path

from labkit import paths
from labkit.experiments.experiment import Experiment, head, sweep_file
from labkit.experiments.llm.text_arms import measure
from labkit.experiments.llm.text_claims import TextClaim, sentence, verdicts
from labkit.experiments.llm.text_measures import MEASURES
from labkit.experiments.llm.text_pictures import save
from labkit.experiments.llm.text_plan import (
    CHOICE_TABLE,
    NAME,
    SCALES,
    TABLE,
    TEMPERATURES,
    TextRun,
)
from labkit.experiments.result import Result
from labkit.experiments.results import rounded, write_csv
from labkit.experiments.seed_verdicts import Verdict, write_verdicts

TITLE = "Real text: SeqKD, the KLs, on-policy, GAKD and GAD on TREC's questions"
RULE = (
    "gains are paired by seed, above 0 where the first arm is better; reproduced: the 95 % "
    "interval lies above 0 and p after Holm is below 0.05; not reproduced: it lies below 0, with "
    "the same p; cannot be told: neither, or fewer than 3 seeds. same distinct-2: the second arm "
    "at the temperature, between those tried, at which its text varies as the first arm's at 1"
)
CHOICE = "each arm takes the step size whose forward and reverse KL at temperature 1 add to least"
Results = Sequence[Result[TextRun]]


def choice(runs: Sequence[TextRun], count: int, folder: Path | None, command: str = ""
           ) -> Experiment[TextRun]:  # fmt: skip
    """The runs on validation prompts, by which step sizes are chosen."""
    into = paths.results("llm") if folder is None else folder

    def write(name: str, done: Results) -> None:
        about = head(f"{TITLE}: step sizes", command or f"labkit reproduce {TABLE}", count, done)
        _write_runs(into / f"{name}.csv", done, {**about, "rule": CHOICE})

    return Experiment(measure, sweep_file(NAME), {CHOICE_TABLE: list(runs)}, write)


def experiment(
    runs: Sequence[TextRun], count: int, folder: Path | None = None, command: str = ""
) -> Experiment[TextRun]:
    """The runs on test prompts.

    count: processes; folder: None for the results of this project
    """
    into = paths.results("llm") if folder is None else folder

    def write(name: str, done: Results) -> None:
        write_table(into, done, head(TITLE, command or f"labkit reproduce {name}", count, done))

    return Experiment(measure, sweep_file(NAME), {TABLE: list(runs)}, write)


def best_rates(done: Results) -> dict[str, float]:
    """Arm -> the step size by the rule `CHOICE`."""
    found: dict[str, tuple[float, float]] = {}
    for run in done:
        own = run.outcome["answers"]["1.0"]
        pair = (float(own["forward_kl"]) + float(own["reverse_kl"]), run.config.rate)
        found[run.config.arm] = min(found.get(run.config.arm, pair), pair)
    return {arm: rate for arm, (_, rate) in found.items()}


def write_table(folder: Path, runs: Results, about: Mapping[str, str]) -> list[Verdict[TextClaim]]:
    """Write each arm, seed and temperature as a line, the verdicts beside them, and the picture."""
    file = folder / f"{TABLE}.csv"
    _write_runs(file, runs, about)
    lines = verdicts(runs)
    above = {"title": f"Verdicts of {TABLE}", "rule": RULE}
    above |= {f"line {place}": sentence(line) for place, line in enumerate(lines, 1)}
    write_verdicts(folder / f"{TABLE}_verdicts.csv", above, TextClaim, lines)
    save(file)
    return lines


def _write_runs(file: Path, runs: Results, about: Mapping[str, str]) -> None:
    asked = ["arm", "seed", "texts", "rate", "prompts", "temperature"]
    rows = [
        [run.config.arm, run.config.seed, run.config.length, run.config.rate, place, heat]
        + [rounded(run.outcome[place][str(heat)][name]) for name in MEASURES]
        + [rounded(run.outcome[name]) for name in ("cpu_seconds", "cpu_seconds_before")]
        for run in runs
        for place in ("answers", "elsewhere")
        for heat in TEMPERATURES
    ]
    columns = [*asked, *MEASURES, "cpu_seconds", "cpu_seconds_before"]
    write_csv(file, {**about, **_size(runs)}, columns, rows)


def _size(runs: Results) -> dict[str, str]:
    scales = sorted({run.config.scale for run in runs})
    counts = sorted({int(run.outcome[f"prompts of {place}"]) for run in runs
                     for place in ("answers", "elsewhere")})  # fmt: skip
    return {
        "held-out prompts": ", ".join(map(str, counts)),
        "prompts": "answers: beginnings of held-out questions; elsewhere: of film reviews",
        "units": "KLs and teacher_log_p in nats per token, length in tokens",
        "scales": "; ".join(f"{name}: {SCALES[name]}" for name in scales),
        "seconds": "of the processor: of the arm itself, and of start and larger model before it",
    }
