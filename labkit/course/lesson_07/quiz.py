"""The quiz of lesson 07: two KLs, own text and an adversary that reads rows."""

from labkit.course.quiz import Choice, Question, Quiz

QUIZ = Quiz(
    "07",
    (
        Question(
            (
                "A student is too small for a teacher with two modes. What does the forward KL make"
                " it do?"
            ),
            (
                Choice(
                    "Choose the mode that its start is near",
                    "That is the reverse KL: it may forget a mode at little cost.",
                ),
                Choice(
                    "Cover both modes, and what lies between them",
                    "What the teacher says and the student does not costs much, so it spreads out.",
                    right=True,
                ),
                Choice(
                    "Copy the larger mode exactly",
                    "Then the smaller mode would be missing, which is what this KL punishes.",
                ),
            ),
        ),
        Question(
            'What is wrong with "reverse KL on the teacher\'s text is on-policy distillation"?',
            (
                Choice(
                    "The reverse KL cannot be computed on text",
                    (
                        "It can be computed on any text, token by token. The question that matters "
                        "here is whose text it is."
                    ),
                ),
                Choice(
                    "The student must write with temperature 0",
                    "Any temperature may be used, as long as the KL is computed at the same one.",
                ),
                Choice(
                    "The reverse KL of answers is read on the student's own text",
                    (
                        "Whoever comes first in the KL writes, so the student's errors are never "
                        "visited."
                    ),
                    right=True,
                ),
                Choice(
                    "On-policy training needs a discriminator beside the two models",
                    (
                        "It needs text of the student and something to judge it; open logits are "
                        "enough."
                    ),
                ),
            ),
        ),
        Question(
            (
                "A gradient penalty is computed with `create_graph=False`. What does it do in "
                "training?"
            ),
            (
                Choice(
                    "Nothing: it is a number without a gradient",
                    "It is printed and added, and no weight of the discriminator feels it.",
                    right=True,
                ),
                Choice(
                    "It makes the slopes half as large",
                    "Nothing pulls at the slopes at all, so they grow as they would without it.",
                ),
                Choice(
                    "It stops the run with an error",
                    "It runs without a word, which is why nobody noticed.",
                ),
            ),
        ),
        Question(
            "An arm has a lower reverse KL than SeqKD at temperature 1. When is that worth little?",
            (
                Choice(
                    "When the arm was trained on text that the student wrote itself",
                    "That is a way to get there, and no objection to the result.",
                ),
                Choice(
                    "When SeqKD sampled at a lower temperature gets there too",
                    "Then the arm gives what a knob gives for free, with as much diversity lost.",
                    right=True,
                ),
                Choice(
                    "When the forward KL of the arm is lower as well",
                    "Then it is better in both, which would be worth more.",
                ),
            ),
        ),
    ),
)
