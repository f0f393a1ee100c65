"""The quiz of lesson 03: chains, agreement and equal compute."""

from labkit.course.quiz import Choice, Question, Quiz

QUIZ = Quiz(
    "03",
    (
        Question(
            "What is the capacity gap?",
            (
                Choice(
                    "The time between training a teacher and training its student",
                    "It is about sizes of models, not about time.",
                ),
                Choice(
                    "A larger teacher can make a worse student",
                    (
                        "The student is too small to imitate such a function, so a better teacher "
                        "need not help."
                    ),
                    right=True,
                ),
                Choice(
                    "The part of the parameters that lies in the word vectors",
                    (
                        "That share is large here, but it is a fact about the student and no name "
                        "for this effect."
                    ),
                ),
            ),
        ),
        Question(
            (
                "Two links of a chain agree on 90 % and on 80 % of the texts. What is the least "
                "agreement of the ends?"
            ),
            (
                Choice(
                    "72 %",
                    (
                        "That is the product: right if the disagreements were independent, and not "
                        "the worst case."
                    ),
                ),
                Choice(
                    "80 %",
                    (
                        "The two links may disagree on different texts, and then more than 20 % are"
                        " lost."
                    ),
                ),
                Choice(
                    "70 %",
                    (
                        "In the worst case the disagreements fall on different texts and add up: 10"
                        " and 20."
                    ),
                    right=True,
                ),
                Choice(
                    "0 %",
                    (
                        "Only 30 % of the texts are touched by a disagreement at all, so the others"
                        " must agree."
                    ),
                ),
            ),
        ),
        Question(
            (
                "A chain beats a direct student that was trained for the student's own epochs. What"
                " is missing?"
            ),
            (
                Choice(
                    "A direct student with the steps or seconds of the whole chain",
                    (
                        "The chain had more training. Only against an equal budget can the "
                        "assistant take the credit."
                    ),
                    right=True,
                ),
                Choice(
                    "A chain with two assistants",
                    "More assistants make the budget larger still, and the question stays open.",
                ),
                Choice(
                    "A teacher of the same size as the assistant",
                    "It would be another experiment. The unfair part here is the budget.",
                ),
            ),
        ),
        Question(
            "The student repeats 40 % of its assistant's mistakes. What do you compare that with?",
            (
                Choice(
                    "With 0 %, since a good student repeats none",
                    (
                        "Some questions mislead every model, so a student that never met the "
                        "assistant repeats some too."
                    ),
                ),
                Choice(
                    "With the assistant's own accuracy",
                    "Accuracy says how many mistakes there are, not how many were handed on.",
                ),
                Choice(
                    "With the share of a student that saw labels alone",
                    "It never met the assistant, so what it repeats was not handed on.",
                    right=True,
                ),
            ),
        ),
    ),
)
