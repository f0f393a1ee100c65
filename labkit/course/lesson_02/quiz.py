"""The quiz of lesson 02: what a z-score keeps, loses and does at two classes."""

from labkit.course.quiz import Choice, Question, Quiz

QUIZ = Quiz(
    "02",
    (
        Question(
            "How many independent numbers of a row of six logits are left after a z-score?",
            (
                Choice(
                    "Six",
                    (
                        "Each output depends on the mean and the deviation of all, so they cannot "
                        "all move freely."
                    ),
                ),
                Choice(
                    "Five",
                    "That is what a softmax keeps: it is blind to a shift alone.",
                ),
                Choice(
                    "Four",
                    (
                        "Mean and scale of the row are taken out, and each of the two costs one "
                        "number, whatever the classes."
                    ),
                    right=True,
                ),
            ),
        ),
        Question(
            "At two classes, what does the z-score of a row still say?",
            (
                Choice(
                    "Which of the two logits is larger",
                    "Every row becomes plus or minus 0.707: a sign, and nothing else.",
                    right=True,
                ),
                Choice(
                    "How sure the teacher is",
                    "The gap of the two logits is exactly what the division takes away.",
                ),
                Choice(
                    "How the two logits compare with other rows",
                    "Each row is divided by its own deviation, so no row is compared with another.",
                ),
            ),
        ),
        Question(
            "A student learns by a z-scored soft loss. What sets how confident it is?",
            (
                Choice(
                    "The teacher's confidence, as in plain distillation",
                    (
                        "The soft loss is blind to the scale of each row, so it cannot hand on how "
                        "sure the teacher is."
                    ),
                ),
                Choice(
                    "The cross-entropy with the labels",
                    (
                        "It is the only part of the loss that sees the scale, small as its weight "
                        "may be."
                    ),
                    right=True,
                ),
                Choice(
                    "The number of classes alone",
                    (
                        "A ceiling of the z-score depends on it, but the student's own logits are "
                        "not z-scored when it answers."
                    ),
                ),
                Choice(
                    "The temperature of the soft loss",
                    (
                        "Temperature changes what is compared inside the loss; a loss that is blind"
                        " to scale stays blind."
                    ),
                ),
            ),
        ),
        Question(
            "Why does a guard with a smallest deviation not mend the z-score at two classes?",
            (
                Choice(
                    "Because it rounds all logits to zero",
                    "Ordinary rows are far from the guard and come out as before.",
                ),
                Choice(
                    "Because two logits never have a deviation below the guard",
                    "They do whenever they nearly agree, and those are the rows that kick.",
                ),
                Choice(
                    "Because the guard was made for z-scores of a whole batch",
                    "The guard works row by row. A batch scale is another loss.",
                ),
                Choice(
                    "Because outside the guard's narrow band there is no slope to begin with",
                    (
                        "What carried the teacher's doubt is gone at two classes; a guard only "
                        "tames the few rows near zero."
                    ),
                    right=True,
                ),
            ),
        ),
    ),
)
