"""What teacher and student show each other, and in which order."""

from typing import Protocol, runtime_checkable

from torch import Tensor

from labkit.methods.online.config import OnlineConfig
from labkit.methods.online.side import Answer, Side
from labkit.training.together import Turn


@runtime_checkable
class Remembering(Protocol):
    """A teacher's step with a number that it learns itself, which shares the run's checkpoint."""

    def begin(self) -> None:
        """Be as at first: called before each run."""
        ...

    def tensors(self) -> dict[str, Tensor]:
        """What it has learned, ready for a checkpoint."""
        ...

    def restore(self, tensors: dict[str, Tensor]) -> None:
        """Go on from what `tensors` gave."""
        ...


class Exchange:
    """What the two models show each other at each step, and when: the order of Eq. 4 and 5.

    method: the teacher's step, where what that learns is to be kept with the run
    """

    def __init__(
        self, teacher: Side, student: Side, config: OnlineConfig, method: object = None
    ) -> None:
        self.teacher, self.student, self.config = teacher, student, config
        self._method = method if isinstance(method, Remembering) else None
        self._shown: dict[str, Answer] = {}
        if self._method is not None:
            self._method.begin()

    def prepare(self, turn: Turn) -> None:
        """Before both steps: forwards that have to see the models of step m."""
        self._shown = {}
        if self.config.order == "mutual":
            self._shown["teacher"] = self.teacher.look(turn.rows)
            self._shown["student"] = self.student.look(turn.rows)
        elif self.config.reuse_student:
            self._shown["answer"] = self.student.answer(turn.rows)

    def of_student(self, rows: Tensor) -> Answer:
        """What the teacher learns from: the student of step m."""
        if "answer" in self._shown:
            return self._shown["answer"]
        return self._shown["student"] if "student" in self._shown else self.student.look(rows)

    def of_teacher(self, rows: Tensor) -> Answer:
        """What the student learns from: the teacher of step m + 1, or of step m if mutual."""
        return self._shown["teacher"] if "teacher" in self._shown else self.teacher.look(rows)

    def students_answer(self, rows: Tensor) -> Answer:
        """The student's training forward, which may have been made before the teacher's step."""
        return self._shown["answer"] if "answer" in self._shown else self.student.answer(rows)

    def tensors(self) -> dict[str, Tensor]:
        """What the method has learned; what was shown is gone after each step."""
        return {} if self._method is None else self._method.tensors()

    def restore(self, tensors: dict[str, Tensor]) -> None:
        """Go on from what `tensors` gave."""
        if self._method is not None:
            self._method.restore(tensors)
