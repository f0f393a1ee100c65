"""Who learns from whom, in which order: three ways to let two models meet, drawn by code."""

from dataclasses import dataclass

from labkit.plots.diagram import Diagram, Point, arrow, box, dot, words

SIZE = (786.0, 300.0)
WIDE = SIZE[0] / 3
"""Of one way."""
TEACHER, STUDENT = 84.0, 214.0
"""Heights of the two lanes."""
BEFORE, AFTER = 52.0, 210.0
"""Where the models of step m and m + 1 stand, from the left edge of their way."""
MIDDLE = (BEFORE + AFTER) / 2
BOX = (84.0, 48.0)
RING = 10.0
BEFORE_CROSSING = 0.24
"""How far along a slanted arrow its number stands: two that cross do so at the middle."""


@dataclass(frozen=True)
class Way:
    """One way: which logits are shown to whom, and who moves when."""

    title: str
    words: str
    """The order as one sentence, for the alt text."""
    shown: tuple[tuple[str, float, float, float, float, str], ...]
    """(who shows, from x, from lane, to x, to lane, number): logits that another learns from."""
    moves: tuple[tuple[float, str], ...]
    """(lane, number), from step m to m + 1."""


OFFLINE = Way(
    "offline, eq. 1 and 2",
    "the teacher stands still; 1 its logits are shown, 2 the student moves",
    (("teacher", BEFORE, TEACHER, MIDDLE, STUDENT, "1"),),
    ((STUDENT, "2"),),
)
ONLINE = Way(
    "online, eq. 3 to 5",
    "1 the student of step m shows its logits, 2 the teacher moves, 3 the teacher of step m + 1 "
    "shows its logits, 4 the student moves",
    (
        ("student", BEFORE, STUDENT, MIDDLE, TEACHER, "1"),
        ("teacher", AFTER, TEACHER, MIDDLE, STUDENT, "3"),
    ),
    ((TEACHER, "2"), (STUDENT, "4")),
)
MUTUAL = Way(
    "mutual",
    "1 both models of step m show their logits, 2 both move",
    (
        ("student", BEFORE, STUDENT, MIDDLE, TEACHER, "1"),
        ("teacher", BEFORE, TEACHER, MIDDLE, STUDENT, "1"),
    ),
    ((TEACHER, "2"), (STUDENT, "2")),
)
WAYS = (OFFLINE, ONLINE, MUTUAL)


def who_learns_from_whom() -> Diagram:
    """The three ways side by side, their events numbered in the order in which they happen."""
    parts = [part for place, way in enumerate(WAYS) for part in _drawn(way, WIDE * place)]
    parts += [
        arrow([(76, SIZE[1] - 22), (116, SIZE[1] - 22)]),
        words((126, SIZE[1] - 22), "one optimizer step", "start"),
        arrow([(326, SIZE[1] - 22), (366, SIZE[1] - 22)], dashed=True),
        words((376, SIZE[1] - 22), "logits that are shown, without gradient", "start"),
    ]
    said = ". ".join(f"{way.title.capitalize()}: {way.words}" for way in WAYS)
    return Diagram(
        SIZE,
        f"One training step, the teacher's lane above the student's, each model before and after "
        f"its step, numbered arrows. {said}.",
        tuple(parts),
    )


def _drawn(way: Way, left: float) -> list[str]:
    """One way, its left edge at `left`; numbers and boxes lie above the arrows."""
    parts = [words((left + MIDDLE, 22), way.title, bold=True)]
    numbers: list[str] = []
    for lane, number in way.moves:
        start, end = (left + BEFORE + BOX[0] / 2, lane), (left + AFTER - BOX[0] / 2 - 2, lane)
        parts.append(arrow([start, end], _who(lane)))
        numbers += _number((left + MIDDLE, lane), number, _who(lane))
    for who, x, lane, to_x, to_lane, number in way.shown:
        down = 1 if to_lane > lane else -1
        start, end = (left + x, lane + down * BOX[1] / 2), (left + to_x, to_lane - down * RING)
        parts.append(arrow([start, end], who, dashed=True))
        numbers += _number(_between(start, end, BEFORE_CROSSING), number, who)
    return parts + _models(way, left) + numbers


def _models(way: Way, left: float) -> list[str]:
    """Both models before and after the step; a frozen one stands once."""
    moving = [lane for lane, _ in way.moves]
    found = []
    for lane in (TEACHER, STUDENT):
        if lane not in moving:
            found.append(box((left + BEFORE, lane), BOX, [_who(lane), "frozen"], _who(lane)))
            continue
        for x, when in ((BEFORE, "step m"), (AFTER, "step m+1")):
            found.append(box((left + x, lane), BOX, [_who(lane), when], _who(lane)))
    return found


def _who(lane: float) -> str:
    return "teacher" if lane == TEACHER else "student"


def _between(start: Point, end: Point, share: float) -> Point:
    return start[0] + share * (end[0] - start[0]), start[1] + share * (end[1] - start[1])


def _number(place: Point, number: str, who: str) -> list[str]:
    return [dot(place, who, hollow=True, radius=RING), words(place, number, bold=True, size=13)]
