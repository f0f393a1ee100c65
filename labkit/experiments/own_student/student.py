"""`labkit.student`: from a table of labelled texts to the smallest model that is good enough."""

import time
from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path

from labkit.data import Study, study
from labkit.data.encoding.encoded_study import texts_of
from labkit.experiments.own_student.data_checks import data_report
from labkit.experiments.own_student.delivery import check_target, deliver
from labkit.experiments.own_student.findings import Findings, find
from labkit.experiments.own_student.learning_curve import CurvePoint, floor_curve, label_curve
from labkit.experiments.own_student.material import Material, other_texts, prepare
from labkit.experiments.own_student.measure import Speed, speeds
from labkit.experiments.own_student.plan import ARMS, NETWORKS, Wishes, check_study
from labkit.experiments.own_student.workplace import (
    Workplace,
    make_floor,
    make_network,
    workplace,
)
from labkit.files import read_sealed, write_sealed
from labkit.models.export.onnx_files import check_packages


def student(
    data: str | Path,
    out: str | Path,
    unlabelled: str | Path | None = None,
    wishes: Wishes | None = None,
    quiet: bool = False,
) -> Findings:
    """Train several models on the reader's own texts, and write the one worth taking into a folder.

    data: a file or folder with columns text and label, or the name of a data set
    out: a new or empty folder, or one that an earlier call wrote, which is replaced
    unlabelled: more texts for the teacher to answer, as in `other_texts`
    wishes: limits of time, size, gain and minutes; None for the defaults
    returns what the report says; TF-IDF is a valid answer
    A call that was stopped goes on where it was; one with other limits trains nothing anew.
    errors: ValueError or AssetError for data, folder or limits that do not serve,
            ModuleNotFoundError where onnx or onnxruntime is missing
    """
    wishes = wishes or Wishes()
    target = Path(out).expanduser().resolve()  # a link stays, and what it leads to is replaced
    check_target(target)
    check_packages()
    part = study(data)
    check_study(part)
    others = other_texts(unlabelled, part)
    place = workplace(part, others, wishes.minutes)
    notes, curve = _train(place, part, others, wishes, quiet)
    found = find(place, part, _speeds(place, part), wishes)
    deliver(target, place, part, found, data_report(data, part), curve, notes)
    return found


def _train(
    place: Workplace, part: Study, others: tuple[str, ...], wishes: Wishes, quiet: bool
) -> tuple[list[str], list[CurvePoint]]:
    """Make what is missing, the teacher first; gives notes for the report and the curve."""
    end = time.monotonic() + 60 * wishes.minutes
    make_floor(place, part)
    curve = floor_curve(part, place.folder)
    given = prepare(part, others, wishes.minutes, quiet)
    notes = _notes(part, given)
    jobs: list[tuple[str, Callable[[], object]]] = []
    for arm in sorted(NETWORKS, key=lambda one: one != "teacher"):
        jobs.append((ARMS[arm], lambda arm=arm: make_network(place, arm, given, quiet)))  # type: ignore[misc]
    more: list[CurvePoint] = []
    jobs.append(
        ("the learning curve of the BiLSTM",
         lambda: more.extend(label_curve(given, place.folder, quiet)))
    )  # fmt: skip
    for number, (name, make) in enumerate(jobs):
        if number and time.monotonic() > end and not _is_there(place, number):
            notes.append(
                f"Not made, since the time was over (minutes: {wishes.minutes:g}): {name}."
            )
        else:
            make()
    return notes, [*curve, *more]


def _is_there(place: Workplace, number: int) -> bool:
    """Whether a job has nothing left to do."""
    order = sorted(NETWORKS, key=lambda one: one != "teacher")
    if number < len(order):
        return (place.arm(order[number]) / "done.json").exists()
    return (place.folder / "curve_labels.json").exists()


def _notes(part: Study, given: Material) -> list[str]:
    labelled, all_of_them = len(given.part.train), len(part.train)
    said = [
        f"The teacher answered {len(given.more)} texts: {labelled} with labels, {given.copies} "
        f"masked and cut copies, {given.others} without labels."
    ]
    if labelled < all_of_them:
        said.append(
            f"The networks learned from {labelled} of {all_of_them} labels, as many as the minutes "
            "allow; TF-IDF from all. More minutes may turn the verdict."
        )
    cut = given.texts.cut_line
    return [*said, *([f"{cut}."] if cut else [])]


def _speeds(place: Workplace, part: Study) -> dict[str, Speed]:
    """Measured once for the same lines, so that the same limits always give the same choice."""
    file, rows = place.folder / "speed.json", place.rows()
    if file.exists():
        known = read_sealed(file)
        if set(known) == {row.key for row in rows}:
            return {key: Speed(**values) for key, values in known.items()}
    found = speeds(rows, texts_of(part.validation))
    write_sealed(file, {key: asdict(one) for key, one in found.items()})
    return found
