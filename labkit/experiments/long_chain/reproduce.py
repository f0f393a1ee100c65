"""The runs of the long chain and its file of results: stop and go on at any time."""

import json
import os
import sys
from collections.abc import Iterator, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

from labkit import paths
from labkit.evaluation.verdict import Verdict, compare, holm
from labkit.experiments.long_chain import arms as long_chain
from labkit.experiments.results import comments, table_text
from labkit.experiments.scales import assistant_settings, scale_named, student_settings
from labkit.experiments.sweep import Result, finished, key_of, sweep, workers
from labkit.experiments.testbed import Bench, bench, rows_told
from labkit.experiments.trial import Trial, measured, unpack
from labkit.files import write_text
from labkit.plots import roles

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

NAME = "long_chain"
Plan = dict[str, list[Trial]]
"""File of results -> its runs."""
NOTES = (
    "parameters",
    "ms_per_1000_texts",
    "agrees_with_above",
    "repeats_errors_of_above",
    "agrees_with_mpnet",
    "repeats_errors_of_mpnet",
    "agrees_with_assistant",
    "repeats_errors_of_assistant",
)
COLUMNS = ("arm", "option", "seed", "accuracy", "macro_f1", "validation", "cpu_seconds", *NOTES)
STEPS = (
    (("tfidf", ""), ("minilm", ""), ("mpnet", "")),
    (("assistant", ""), ("assistant_labels", "")),
    (
        ("from_assistant", ""),
        ("from_mpnet", ""),
        ("from_mpnet", "steps"),
        ("from_minilm", ""),
        ("from_assistant_labels", ""),
        ("labels", ""),
        ("labels", "steps"),
        ("from_assistant", "long"),
        ("from_mpnet", "long"),
        ("from_minilm", "long"),
        ("labels", "long"),
    ),
)
"""(arm, budget), in the order in which they need each other; the first step has no seeds."""
PAIRS = (
    (("from_assistant", ""), ("from_mpnet", "")),
    (("from_assistant", ""), ("from_mpnet", "steps")),
    (("from_assistant", ""), ("from_mpnet", "long")),
    (("from_assistant", ""), ("labels", "steps")),
    (("from_mpnet", "steps"), ("labels", "steps")),
    (("from_assistant", ""), ("from_minilm", "")),
    (("from_assistant", ""), ("from_assistant_labels", "")),
    (("from_assistant", "long"), ("from_mpnet", "long")),
    (("from_assistant", "long"), ("from_minilm", "long")),
    (("from_mpnet", "long"), ("labels", "long")),
    (("assistant", ""), ("assistant_labels", "")),
)
"""What is compared with what, test text by test text."""


def planned(
    names: Sequence[str] = (NAME,),
    seeds: int | None = None,
    datasets: Sequence[str] = (),
    scale: str = "classroom",
) -> Plan:
    """The runs of each data set, on the rows that are here now, as they need each other.

    names: the one that there is; seeds: of each arm, None takes 5; datasets: none given is TREC
    """
    if list(names) != [NAME]:
        raise ValueError(f"got {', '.join(names)}, wanted {NAME} alone")
    return {
        f"{NAME}_{dataset}": _trials(dataset, 5 if seeds is None else seeds, scale)
        for dataset in datasets or ("trec",)
    }


def _trials(dataset: str, seeds: int, scale: str) -> list[Trial]:
    rows = bench(dataset, scale).folder.name
    return [
        Trial(dataset, arm, seed, option=option, scale=scale, rows=rows)
        for place, step in enumerate(STEPS)
        for arm, option in step
        for seed in range(seeds if place else 1)
    ]


def run(trial: Trial) -> dict[str, Any]:
    """Train and measure one arm of the long chain."""
    return measured(trial, bench(trial.dataset, trial.scale), long_chain.ARMS[trial.arm])


def sweep_file(scale: str) -> Path:
    """Where the finished runs are kept; other settings have a file of their own."""
    size = scale_named(scale)
    heads = [long_chain.head_settings(size, name) for name in ("mpnet", "minilm")]
    below = [student_settings(long_chain.epochs(size, option), 0) for option in roles.BUDGETS]
    mark = long_chain.mark(*heads, assistant_settings(size, 0), *below)
    return paths.cache() / "sweeps" / f"{NAME}-{scale}-{mark}.jsonl"


def reproduce(
    asked: Plan, count: int, scale: str = "classroom", folder: Path | None = None, command: str = ""
) -> Iterator[Result]:
    """Run what is not finished yet on `count` processes, yielding each result; write the files.

    asked: as `planned` gives them; count: 0 runs everything in this process
    """
    into = paths.results(NAME) if folder is None else folder
    done = finished(sweep_file(scale))
    left = [trial for trials in asked.values() for trial in trials if key_of(trial) not in done]
    with workers(count if left else 0) as pool:
        for name, trials in asked.items():
            for step in STEPS:
                now = [trial for trial in trials if (trial.arm, trial.option) in step]
                yield from sweep(run, now, sweep_file(scale), pool, ahead=max(2, 2 * count))
            write(trials, into / f"{name}.csv", command, count)


def write(trials: Sequence[Trial], file: Path, command: str, count: int) -> None:
    """Write the finished runs as CSV under lines that say how they were made, and a picture.

    errors: ValueError when some are not finished
    """
    from labkit.experiments.long_chain import pictures as long_chain_picture

    done = finished(sweep_file(trials[0].scale))
    missing = [trial for trial in trials if key_of(trial) not in done]
    if missing:
        raise ValueError(f"{len(missing)} runs are not finished, such as {missing[0]}; run again")
    results = [done[key_of(trial)] for trial in trials]
    made = bench(trials[0].dataset, trials[0].scale)
    told = _told(made, results, command, count) | _verdict_lines(verdicts(results))
    write_text(file, comments(told) + table_text(COLUMNS, [_cells(one) for one in results]))
    long_chain_picture.save(file)


def verdicts(results: Sequence[Result]) -> list[Verdict]:
    """One verdict for each of `PAIRS`, seeds in the same order on both sides."""
    found = []
    for first, second in PAIRS:
        names = [roles.with_budget(arm, option) for arm, option in (first, second)]
        found.append(compare(names[0], _right(results, first), names[1], _right(results, second)))
    return found


def _right(results: Sequence[Result], arm: tuple[str, str]) -> "NDArray[np.bool_]":
    import numpy as np

    own = [one for one in results if (one.config["arm"], one.config["option"]) == arm]
    own.sort(key=lambda one: one.config["seed"])
    return np.stack([unpack(one.outcome["correct"], one.outcome["tests"]) for one in own])


def _verdict_lines(found: Sequence[Verdict]) -> dict[str, str]:
    adjusted = holm([verdict.p for verdict in found])
    return {
        f"verdict {number}": f"{verdict.sentence} p adjusted (Holm, {len(found)} read): {p:.2g}"
        for number, (verdict, p) in enumerate(zip(found, adjusted, strict=True), start=1)
    }


def _told(made: Bench, results: Sequence[Result], command: str, count: int) -> dict[str, str]:
    scale, name = made.scale, made.part.name
    labels = made.texts.test.labels
    assert labels is not None
    chance = float(labels.bincount().max() / len(labels))
    heads = {head: _settings(long_chain.head_settings(scale, head)) for head in ("mpnet", "minilm")}
    longest = {
        budget.name: long_chain.epochs(scale, option) for option, budget in roles.BUDGETS.items()
    }
    return {
        "title": "The chain MPNet, MiniLM, BiLSTM beside direct routes and labels alone",
        "command": command or f"labkit reproduce {NAME}",
        "seeds": ", ".join(map(str, sorted({one.config["seed"] for one in results}))),
        "scale": json.dumps(asdict(scale)),
        "teachers": json.dumps(heads),
        "assistant": json.dumps(_settings(assistant_settings(scale, 0))),
        "student": json.dumps(_settings(student_settings(scale.both_stages, 0))),
        "epochs of the student": json.dumps(longest),
        "soft loss": "z-score KL" if made.classes > 2 else "batch-scaled KL",
        "machine": f"{os.cpu_count()} cores, {count} processes of one thread, {sys.platform}",
        "versions": "; ".join(dict.fromkeys(one.outcome["versions"] for one in results)),
        f"data {name}": f"{made.part.source}; {rows_told(made, own_teachers=True)}",
        "chance": f"{chance:.4f}, share of the most frequent class of the test texts",
    }


def _settings(config: Any) -> dict[str, Any]:
    kept = ("epochs", "batch_size", "learning_rate", "embedding_learning_rate", "temperature")
    return {name: getattr(config, name) for name in kept} | asdict(config.weights)


def _cells(one: Result) -> list[str]:
    asked, out = one.config, one.outcome
    held = "" if out["validation"] is None else f"{out['validation']:.4f}"
    numbers = [f"{out['accuracy']:.4f}", f"{out['macro_f1']:.4f}", held]
    notes = [f"{out['notes'][name]:.6g}" if name in out["notes"] else "" for name in NOTES[1:]]
    size = str(int(out["notes"]["parameters"])) if "parameters" in out["notes"] else ""
    spent = f"{out['cpu_seconds']:.1f}"
    return [asked["arm"], asked["option"], str(asked["seed"]), *numbers, spent, size, *notes]
