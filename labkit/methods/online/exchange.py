"""What teacher and student show each other, and in which order."""

from torch import Tensor

from labkit.methods.online.config import OnlineConfig
from labkit.methods.online.side import Answer, Side
from labkit.training.together import Turn


class Exchange:
    """What the two models show each other at each step, and when: the order of Eq. 4 and 5."""

    def __init__(self, teacher: Side, student: Side, config: OnlineConfig) -> None:
        self.teacher, self.student, self.config = teacher, student, config
        self._shown: dict[str, Answer] = {}

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
        """Nothing: what was shown is gone after each step."""
        return {}

    def restore(self, tensors: dict[str, Tensor]) -> None:
        """Nothing to put back."""
