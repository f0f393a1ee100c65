"""The report of the reader's own student: one HTML page that needs no network."""

import html
from collections.abc import Sequence

from labkit.experiments.own_student import pictures
from labkit.experiments.own_student.data_checks import DataReport
from labkit.experiments.own_student.findings import Findings, Line
from labkit.experiments.own_student.learning_curve import CurvePoint
from labkit.models.export.onnx_files import INT8

STYLE = """body{font:16px/1.5 system-ui,sans-serif;max-width:70rem;margin:2rem auto;padding:0 1rem;
color:#1a1a1a;background:#fff}table{border-collapse:collapse;margin:.5rem 0}th,td{padding:.25rem
.6rem;text-align:right;border-bottom:1px solid #bbb}th:first-child,td:first-child{text-align:left}
caption{text-align:left;color:#444}.taken{background:#e3eefa;font-weight:600}
.verdict{font-size:1.25rem;border-left:.4rem solid #0072B2;padding-left:1rem}
div{overflow-x:auto}"""


def page(
    name: str,
    found: Findings,
    data: DataReport,
    curve: Sequence[CurvePoint],
    notes: Sequence[str],
    worst: Sequence[Sequence[str]],
) -> str:
    """The whole page.

    notes: sentences about what was left out or cut; worst: rows of text, class, answer, probability
    """
    parts = [
        f"<h1>A student for {html.escape(name)}</h1>",
        f'<p class="verdict">{html.escape(found.judgement.sentence)}</p>',
        f"<p>Chosen on validation: {html.escape(found.choice.reason)}. The test split was opened "
        "once, after that. One training of each model: another seed gives other weights.</p>",
        *_arms(found),
        *_classes(found),
        *_trust(found),
        *_export(found),
        *_data(data, notes, worst),
        *_more(curve),
    ]
    return (
        '<!doctype html><html lang="en"><head><meta charset="utf-8"><meta name="viewport" '
        f'content="width=device-width"><title>A student for {html.escape(name)}</title>'
        f"<style>{STYLE}</style></head><body><main>{''.join(parts)}</main></body></html>\n"
    )


def table(caption: str, head: Sequence[str], rows: Sequence[Sequence[str]], mark: int = -1) -> str:
    """A table; the row with the number `mark` stands out."""
    top = "".join(f'<th scope="col">{html.escape(one)}</th>' for one in head)
    body = []
    for number, row in enumerate(rows):
        cells = "".join(f"<td>{html.escape(str(one))}</td>" for one in row)
        body.append(f"<tr{' class=taken' if number == mark else ''}>{cells}</tr>")
    return (
        f"<div><table><caption>{html.escape(caption)}</caption><thead><tr>{top}</tr></thead>"
        f"<tbody>{''.join(body)}</tbody></table></div>"
    )


def _arms(found: Findings) -> list[str]:
    head = (
        "model", "validation", "test", "95 % interval", "macro F1", "MiB", "texts/s, 1 at once",
        "8", "64", "ms, median", "ms, 99 %", "first answer, s", "memory, MiB",
    )  # fmt: skip
    taken = found.lines.index(found.taken)
    caption = (
        "Accuracies are shares. Texts per second of processor time and milliseconds of wall clock, "
        "on this machine, one thread, tokenising included; the 99 % column of a busy machine "
        "measures the others. The marked line is in this folder."
    )
    return [
        "<h2>Models</h2>",
        table(caption, head, [_cells(one) for one in found.lines], taken),
        pictures.sizes(found.lines, found.taken).to_html(),
    ]


def _cells(line: Line) -> list[str]:
    rate = line.speed.per_second
    return [
        line.name, f"{line.validation:.3f}", f"{line.test.mean:.3f}",
        f"{line.test.low:.3f} to {line.test.high:.3f}", f"{line.macro_f1:.3f}", f"{line.mib:.1f}",
        *(f"{rate[size]:,.0f}" for size in ("1", "8", "64")), f"{line.speed.ms:.2f}",
        f"{line.speed.ms_99:.2f}", f"{line.speed.start_seconds:.2f}",
        f"{line.speed.start_mib:.0f}",
    ]  # fmt: skip


def _classes(found: Findings) -> list[str]:
    rows = [
        (one.name + (" (few rows)" if one.is_small else ""), str(one.rows),
         f"{one.precision:.3f}", f"{one.recall:.3f}")
        for one in found.classes
    ]  # fmt: skip
    names = [one.name for one in found.classes]
    counts = [(name, *map(str, row)) for name, row in zip(names, found.confusion, strict=True)]
    return [
        "<h2>Each class</h2>",
        table(
            "Of the marked model, on test texts.", ("class", "rows", "precision", "recall"), rows
        ),
        table("True class by row, answer by column.", ("true class", *names), counts),
    ]


def _trust(found: Findings) -> list[str]:
    trust = found.trust
    bins = [
        (f"{one.low:.1f} to {one.high:.1f}", str(one.rows), f"{one.confidence:.3f}",
         f"{one.accuracy:.3f}")
        for one in trust.bins if one.rows
    ]  # fmt: skip
    rows = [
        (f"{one.threshold:.3f}", f"{one.share:.0%}", f"{one.accuracy:.3f}")
        for one in trust.coverage
    ]
    return [
        "<h2>Can the probability be believed?</h2>",
        f"<p>Logits are divided by {trust.temperature:.2f}, fitted on validation: the expected "
        f"calibration error on test goes from {trust.ece_before:.3f} to {trust.ece_after:.3f}."
        "</p>",
        pictures.calibration(trust).to_html(),
        table("Probability beside accuracy.", ("probability", "texts", "mean", "right"), bins),
        table("Answering only above a threshold, which validation set.",
              ("threshold", "texts answered", "right of those"), rows),
    ]  # fmt: skip


def _export(found: Findings) -> list[str]:
    by_arm: dict[str, list[Line]] = {}
    for line in found.lines:
        by_arm.setdefault(line.arm, []).append(line)
    rows = []
    for lines in by_arm.values():
        for line in lines:
            gap = "" if line.torch_gap is None or line.file == INT8 else f"{line.torch_gap:.1e}"
            moved = 100 * (line.test.mean - lines[0].test.mean)
            rows.append((line.name, gap, f"{moved:+.1f}", f"{line.batch_gap:.3f}",
                         str(line.batch_changes)))  # fmt: skip
    head = ("model", "largest difference to torch", "test points, int8 minus 32 bits",
            "largest shift among 64 texts", "classes changed by it")  # fmt: skip
    said = (
        "In a 32-bit file no text moves another one's logits, up to rounding. In an int8 file "
        "the scale of a batch is shared, so the other texts of the batch do move them: read texts "
        "one at a time where an answer must be repeatable. All accuracies here are of texts read "
        "alone."
    )
    return ["<h2>What the export changed</h2>", f"<p>{said}</p>",
            table("On validation logits, test accuracy.", head, rows)]  # fmt: skip


def _data(data: DataReport, notes: Sequence[str], worst: Sequence[Sequence[str]]) -> list[str]:
    small = ", ".join(data.small_classes)
    facts = [
        f"Source: {data.source}.",
        f"Rows as they came: {_counts(data.published)}; used: {_counts(data.used)}.",
        f"{data.repeated} rows repeat a text of their split; {data.conflicts} texts stand with two "
        "or more labels.",
        f"{data.leaks} train rows also stood in another split and were dropped; {data.near_leaks} "
        "test texts differ from a train text in signs, spaces or case alone and were kept.",
        *([f"Classes with few train rows: {small}."] if small else []),
        *notes,
    ]
    listed = "".join(f"<li>{html.escape(one)}</li>" for one in facts)
    return ["<h2>Data</h2>", f"<ul>{listed}</ul>",
            table("Test texts that are most surely wrong.",
                  ("text", "class", "answer", "probability"), worst)]  # fmt: skip


def _counts(counts: dict[str, int]) -> str:
    return ", ".join(f"{rows} {name}" for name, rows in counts.items())


def _more(curve: Sequence[CurvePoint]) -> list[str]:
    rows = [(one.name, str(one.rows), f"{one.accuracy:.3f}") for one in curve]
    return ["<h2>Would more labels help?</h2>",
            *([pictures.more_labels(curve).to_html()] if curve else []),
            table("Validation accuracy; where it still rises, more labels are likely to help.",
                  ("model", "labelled texts", "validation"), rows)]  # fmt: skip
