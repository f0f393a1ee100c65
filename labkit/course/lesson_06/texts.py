"""Answers of a student to words, marked by hand of the three rules: which way, or wrong."""

import html
from collections.abc import Mapping, Sequence

from labkit.experiments.llm.words import STYLES, style_of

MARKS = {"backwards": "✓ b", "latin": "✓ l", "sorted": "✓ s", None: "✗"}
"""Way -> its mark: a tick with the way's letter, or a cross."""
KEY = "✓ b backwards, ✓ l latin, ✓ s sorted, ✗ wrong"


def marked(word: str, answer: str) -> str:
    """An answer with its mark, such as "tluaf ✓ b"; a "?" at its end says that it was cut."""
    return f"{answer or '(nothing)'} {MARKS[style_of(word, answer)]}"


def right_ways(word: str) -> str:
    """The three right answers to a word, in the order of the rules."""
    return ", ".join(rule(word) for rule in STYLES.values())


def side_by_side(by_name: Mapping[str, Sequence[tuple[str, str]]]) -> str:
    """An HTML table: a row for each word, a column for each student.

    by_name: name of a student -> (word, answer) pairs, over the same words in the same order
    errors:  ValueError when the words differ
    """
    words = [word for word, _ in next(iter(by_name.values()))]
    if any([word for word, _ in own] != words for own in by_name.values()):
        raise ValueError("the students were asked different words; ask all of them the same")
    heads = "".join(f'<th scope="col">{html.escape(head)}</th>' for head in ("word", *by_name))
    rows = "".join(
        f'<tr><th scope="row">{html.escape(word)}</th>'
        + "".join(f"<td>{html.escape(marked(*own[row]))}</td>" for own in by_name.values())
        + "</tr>"
        for row, word in enumerate(words)
    )
    return (
        f"<table><caption>{KEY}</caption><thead><tr>{heads}</tr></thead>"
        f"<tbody>{rows}</tbody></table>"
    )


def still_right(pairs: Sequence[tuple[str, str]], letters: int = 4) -> list[float]:
    """The share of answers whose first 1, 2, ... letters begin one of the three right answers.

    pairs: (word, answer); letters: how many are looked at, no more than the shortest word has
    """
    found = []
    for count in range(1, letters + 1):
        begins = [
            any(rule(word)[:count] == answer[:count] for rule in STYLES.values())
            for word, answer in pairs
        ]
        found.append(sum(begins) / len(begins))
    return found
