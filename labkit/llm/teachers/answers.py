"""What a teacher says to a prompt, and what anything that answers prompts looks like."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

STOPPED = "stop"
"""How an answer ends that is whole."""


@dataclass(frozen=True)
class Answer:
    """One answer of a teacher."""

    text: str
    """Without any end token."""
    finish: str = STOPPED
    """"stop" for a whole answer, "length" for one that was cut and has no end, or what else a
    server said."""

    @property
    def whole(self) -> bool:
        """Whether the teacher ended the answer itself."""
        return self.finish == STOPPED


class Teacher(Protocol):
    """Anything that answers prompts; where the box is open, `LocalTeacher` gives logits too."""

    def answers(self, prompts: Sequence[str]) -> list[Answer]:
        """One answer to each prompt, in their order."""
        ...


def check_prompts(prompts: Sequence[str]) -> None:
    """ValueError unless there are prompts and each is a string with something in it."""
    if isinstance(prompts, str) or not len(prompts):
        got = "one text" if isinstance(prompts, str) else "no prompts"
        raise ValueError(f"got {got}, wanted a list of prompts, such as [prompt]")
    for row, prompt in enumerate(prompts):
        if not isinstance(prompt, str) or not prompt.strip():
            raise ValueError(f"prompt {row} is empty ({prompt!r}); leave it out of the list")
