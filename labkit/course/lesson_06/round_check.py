"""The check of one round of GAD: who writes, who scores, who learns, and in which order."""

from collections.abc import Callable, Sequence
from typing import Any

from labkit.course.check import check, holds


@check("06-round")
def one_round(answer: Callable[..., Any]) -> None:
    """gad_round(write, score, discriminator_step, advantages, student_step), in order."""
    calls: list[str] = []
    learnt = {"steps": 0}

    def write() -> str:
        calls.append("write")
        return f"answers of student {calls.count('student_step')}"

    def score(answers: object) -> float:
        calls.append("score")
        holds(not callable(answers), "`score` got a function: call it first, `answers = write()`")
        holds(isinstance(answers, str), f"`score` got {answers!r}, wanted what `write` gave")
        return 10.0 + learnt["steps"]

    def discriminator_step(answers: object) -> None:
        calls.append("discriminator_step")
        holds(isinstance(answers, str), f"`discriminator_step` got {answers!r}, wanted the answers")
        learnt["steps"] += 1

    def above(rewards: object) -> tuple[str, object]:
        calls.append("advantages")
        return ("advantages", rewards)

    taken: list[tuple[object, object]] = []

    def student_step(answers: object, gains: object) -> None:
        calls.append("student_step")
        taken.append((answers, gains))

    answer(write, score, discriminator_step, above, student_step)
    _in_order(calls)
    answers, gains = taken[0]
    holds(isinstance(answers, str), f"`student_step` got {answers!r} first, wanted the answers")
    hint = "the student learns from advantages, not from raw scores: what `advantages` gave"
    holds(isinstance(gains, tuple), f"`student_step` got {gains!r} second: {hint}")
    of = gains[1] if isinstance(gains, tuple) else gains
    holds(of == 10.0, f"`advantages` got {of!r}, wanted the scores of this round")


def _in_order(calls: Sequence[str]) -> None:
    """The sentence of the usual mistakes of order."""
    told = ", ".join(calls) or "nothing"
    wanted = ("write", "score", "discriminator_step", "advantages", "student_step")
    for name in wanted:
        hint = {
            "write": "fresh answers of the student as it is: the round is on-policy",
            "discriminator_step": "without it the discriminator stays frozen, and is fooled",
        }.get(name, "each part has its call")
        holds(name in calls, f"`{name}` was never called: {hint}")
        says = (
            "the same answers serve the discriminator and the student"
            if name == "write"
            else ("one call in a round is enough")
        )
        holds(calls.count(name) == 1, f"`{name}` was called {calls.count(name)} times: {says}")
    place = {name: calls.index(name) for name in wanted}
    holds(
        place["score"] < place["discriminator_step"],
        f"the order was {told}: the discriminator learnt before it scored, so it has seen "
        "the answers that it rewards; score first",
    )
    holds(
        place["discriminator_step"] < place["student_step"],
        f"the order was {told}: the released code lets the discriminator learn "
        "before the student does",
    )
