"""The quiz of lesson 01: soft answers, temperature, controls and shipped mistakes."""

from labkit.course.quiz import Choice, Question, Quiz

QUIZ = Quiz(
    "01",
    (
        Question(
            "What does a teacher's row of probabilities hold that its label does not?",
            (
                Choice(
                    "Which wrong classes it finds nearly right",
                    (
                        "The small probabilities order the wrong classes; a label says one class "
                        "and is silent on the rest."
                    ),
                    right=True,
                ),
                Choice(
                    "The answer of a human rater",
                    (
                        "No person is asked. What people say is another source, and it need not "
                        "agree with the teacher."
                    ),
                ),
                Choice(
                    "A guarantee that the first choice is right",
                    (
                        "A sure teacher can be wrong, and then its whole row says the wrong thing "
                        "loudly. No row holds a guarantee."
                    ),
                ),
            ),
        ),
        Question(
            "Why is the soft loss multiplied by the temperature squared?",
            (
                Choice(
                    "To make its value as large as the cross-entropy",
                    (
                        "Nothing matches its value to the cross-entropy. It is the size of the "
                        "gradient that is kept, whatever the value."
                    ),
                ),
                Choice(
                    "Because the softmax divides by the temperature twice",
                    (
                        "It divides once. The two factors come from the loss and from its slope "
                        "together."
                    ),
                ),
                Choice(
                    "To keep its pull on the logits of about the same size at every temperature",
                    "Without it the gradient falls about as fast as one over T squared.",
                    right=True,
                ),
                Choice(
                    "To undo the rounding of small probabilities",
                    "Rounding plays no part: the formula would need it in exact numbers too.",
                ),
            ),
        ),
        Question(
            (
                "A student of the teacher beats labels only, and so does a student of smoothed "
                "labels. What follows?"
            ),
            (
                Choice(
                    "The teacher's knowledge of classes made the gain",
                    "Smoothed labels have none of that knowledge, and they gained as well.",
                ),
                Choice(
                    "The softness of the target may explain the gain",
                    (
                        "The control keeps the softness and loses the knowledge. If it gains as "
                        "much, softness is enough."
                    ),
                    right=True,
                ),
                Choice(
                    "Both students had a lucky seed",
                    (
                        "That is what the interval over seeds is for. The control answers another "
                        "question."
                    ),
                ),
            ),
        ),
        Question(
            "A toolkit calls `F.kl_div(log_p, q)` without a word on `reduction`. What happens?",
            (
                Choice(
                    "It raises an error about shapes",
                    "It runs without a complaint, and that is why the mistake lives for years.",
                ),
                Choice(
                    "The gradient reaches the teacher",
                    (
                        "The missing word changes the mean only; where gradients go is the business"
                        " of `detach`."
                    ),
                ),
                Choice(
                    "Nothing, the default is the formula",
                    "The default takes the mean over all entries, which the formula does not.",
                ),
                Choice(
                    "The sum over classes is divided by their number",
                    (
                        "The default averages over rows and classes, so with six classes the "
                        "teacher speaks six times too softly."
                    ),
                    right=True,
                ),
            ),
        ),
    ),
)
