"""The settings the course trains with, each in one place, so that arms differ in one thing only."""

from dataclasses import replace

from labkit.training.config import DistillConfig, Weights

CLASSROOM_TEACHER = "minilm"
"""The teacher of the classroom scale: MiniLM, 6 layers, 22.7 million parameters."""
CLASSROOM_SETS = ("trec", "movies5")
"""The data sets whose teachers `labkit prepare` makes."""
EMBEDDING_SIZE = 256
"""Width of the student's token vectors, taken from the teacher's by PCA."""
VARIANTS = 9
"""Masked and cut copies drawn from each training text for the teacher to answer."""


def encoder_steps(config: DistillConfig) -> DistillConfig:
    """The same settings with the small, clipped steps that a pre-trained encoder wants."""
    return replace(config, learning_rate=1e-4, clip=1.0)


def student_steps(config: DistillConfig, largest: float = 2e-3) -> DistillConfig:
    """The same settings with the steps of a student whose token vectors come from its teacher.

    largest: step size of all other weights; the vectors, which are good already, take a tenth
    """
    return replace(config, learning_rate=largest, embedding_learning_rate=largest / 10)


def teacher_recipe(dataset: str) -> DistillConfig:
    """How a pre-trained encoder becomes a teacher: labels only, small steps."""
    epochs = {"trec": 4, "movies5": 2, "glue_sst2": 2, "ag_news": 2}.get(dataset, 3)
    return encoder_steps(DistillConfig(Weights(ce=1, kd=0), epochs=epochs, save_every=100))


def student_recipe(seed: int = 0, epochs: int = 10) -> DistillConfig:
    """How a BiLSTM learns from a teacher and labels."""
    return student_steps(DistillConfig(Weights(ce=0.1, kd=0.9), epochs=epochs, seed=seed))


def transfer_recipe(seed: int = 0, epochs: int = 4) -> DistillConfig:
    """How a BiLSTM learns from the teacher's answers to many more texts than have labels."""
    weights = Weights(ce=0, kd=1)
    return student_steps(DistillConfig(weights, epochs=epochs, batch_size=64, seed=seed))


def labels_only(config: DistillConfig) -> DistillConfig:
    """The same budget without a teacher."""
    return replace(config, weights=Weights(ce=1, kd=0))
