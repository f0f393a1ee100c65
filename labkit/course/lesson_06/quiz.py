"""The quiz of lesson 06: learning from text alone."""

from labkit.course.quiz import Choice, Question, Quiz

QUIZ = Quiz(
    "06",
    (
        Question(
            "Why can a student of SeqKD not see that its own answers are wrong?",
            (
                Choice(
                    "The teacher's text has too few words",
                    "More text would help a little. What is missing is of another kind.",
                ),
                Choice(
                    "The loss judges the next token behind the teacher's letters only",
                    "What it does behind its own mistakes is in no term of the loss.",
                    right=True,
                ),
                Choice(
                    "Its loss ignores the end of an answer, which is filled up with end tokens",
                    "The end token counts if the mask is right, and that is a slip one can mend.",
                ),
            ),
        ),
        Question(
            (
                "All four answers to a prompt get nearly the same score. What does dividing by the "
                "spread do?"
            ),
            (
                Choice(
                    "It makes a tiny difference as loud as a large one",
                    (
                        "The advantages have spread 1 whatever the scores were, so noise is taken "
                        "for news."
                    ),
                    right=True,
                ),
                Choice(
                    "It sets their advantages to zero",
                    "That happens only if they are equal to the last digit.",
                ),
                Choice(
                    "It makes the student write shorter answers",
                    "Length is not in the formula. Only the scores of the group are.",
                ),
                Choice(
                    "It leaves the scores as they are",
                    "The mean is taken off and the rest is divided, so they do change.",
                ),
            ),
        ),
        Question(
            "In the world of eleven answers, to which mode does GAD move its student?",
            (
                Choice(
                    "Always to the larger mode",
                    "A student that begins near the smaller one ends there.",
                ),
                Choice(
                    "Halfway between the two",
                    (
                        "That is what SeqKD does: it covers both and puts mass where the teacher "
                        "says next to nothing."
                    ),
                ),
                Choice(
                    "To the nearer one",
                    "Mode seeking takes one mode, and the start decides which.",
                    right=True,
                ),
            ),
        ),
        Question(
            (
                "An on-policy student beats SeqKD, both sampled at temperature 1. Which control is "
                "missing?"
            ),
            (
                Choice(
                    "The same two at temperature 2",
                    (
                        "A higher temperature makes both say unlikelier things. It gives nobody a "
                        "better chance."
                    ),
                ),
                Choice(
                    "A student with twice the layers",
                    "Size is another question. Here the two students are of one size.",
                ),
                Choice(
                    "SeqKD with a discriminator of its own",
                    "That would turn it into the method under test.",
                ),
                Choice(
                    "SeqKD at the lower temperature that suits it best",
                    "Saying likelier things costs nothing, and part of the gain may be just that.",
                    right=True,
                ),
            ),
        ),
    ),
)
