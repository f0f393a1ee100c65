"""How large the experiments are: rows, epochs and widths, the same for every arm of a table."""

from dataclasses import dataclass

from labkit.methods.recipes import encoder_steps, student_steps
from labkit.training.config import DistillConfig, Weights


@dataclass(frozen=True)
class Scale:
    """One size of all experiments; every arm of a data set sees the same rows."""

    name: str
    train_rows: int = 1500
    """Training texts of assistant and students, at most; a fixed part, by class and text hash."""
    validation_rows: int = 500
    """Texts that choose the checkpoint, at most."""
    test_rows: int = 2210
    """Test texts, at most: the whole test split of every set but AG News."""
    teacher_rows: int = 4000
    """Training texts of the teacher, at most."""
    teacher_epochs: int = 2
    assistant_layers: int = 3
    """Layers of the assistant, cut from the same pre-trained encoder."""
    assistant_epochs: int = 2
    assistant_step: float = 7.5
    """What a step of the assistant costs, in steps of the student: measured on one CPU thread."""
    first_epochs: int = 6
    """Passes of the student in stage 1."""
    second_epochs: int = 2
    """Passes of the student in stage 2, from the weights of stage 1."""
    guide_rows: int = 480
    """Training texts of the teacher in stage 2, at most; it passes over them once."""
    guide_test_rows: int = 1000
    """Test texts on which a guided teacher is measured, at most."""
    width: int = 128
    """Numbers per token vector of the student, from the teacher's by PCA."""
    hidden: int = 128
    """Numbers per direction of the student."""

    def __post_init__(self) -> None:
        for name, value in vars(self).items():
            if name != "name" and not value > 0:
                raise ValueError(f"{name} of scale {self.name!r} must be above 0, got {value}")

    @property
    def both_stages(self) -> int:
        """Passes of a student that spends the budget of both stages at once."""
        return self.first_epochs + self.second_epochs

    @property
    def chain_time(self) -> int:
        """Passes of a student that spends the assistant's computing time as well."""
        return self.both_stages + round(self.assistant_epochs * self.assistant_step)


EVERYTHING = 1_000_000
"""More rows than any data set here has."""
SCALES = {
    "classroom": Scale("classroom"),
    "full": Scale(
        "full",
        train_rows=EVERYTHING,
        validation_rows=EVERYTHING,
        test_rows=EVERYTHING,
        teacher_rows=EVERYTHING,
        teacher_epochs=3,
        first_epochs=8,
        second_epochs=4,
        guide_rows=EVERYTHING,
        guide_test_rows=EVERYTHING,
    ),
    "smoke": Scale(
        "smoke",
        train_rows=60,
        validation_rows=40,
        test_rows=60,
        teacher_rows=60,
        teacher_epochs=1,
        assistant_layers=1,
        assistant_epochs=1,
        first_epochs=1,
        second_epochs=1,
        guide_rows=32,
        guide_test_rows=60,
        width=8,
        hidden=8,
    ),
}
"""classroom: about an hour for all tables on two cores; full: every row, for the claims that are
confirmed; smoke: whether everything runs at all."""


def scale_named(name: str) -> Scale:
    """The scale of that name; a ValueError lists the names when there is none."""
    if name not in SCALES:
        raise ValueError(f"no scale {name!r}; there are {', '.join(SCALES)}")
    return SCALES[name]


def teacher_settings(scale: Scale) -> DistillConfig:
    """The teacher: labels only."""
    return encoder_steps(DistillConfig(Weights(ce=1, kd=0), epochs=scale.teacher_epochs))


def assistant_settings(scale: Scale, seed: int) -> DistillConfig:
    """The assistant: equation 4 with the labels at 0.3."""
    weights = Weights(ce=0.3, kd=0.7)
    return encoder_steps(DistillConfig(weights, epochs=scale.assistant_epochs, seed=seed))


def student_settings(epochs: int, seed: int, kd: float = 0.7) -> DistillConfig:
    """The student from scratch: equation 4, the rest of the weight on the labels."""
    return student_steps(DistillConfig(Weights(ce=1 - kd, kd=kd), epochs=epochs, seed=seed))
