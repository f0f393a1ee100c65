"""The quiz of lesson 00: floor, interval, seeds and pairs."""

from labkit.course.quiz import Choice, Question, Quiz

QUIZ = Quiz(
    "00",
    (
        Question(
            "A method reaches 88 % on a test set. Which number do you need first to judge it?",
            (
                Choice(
                    "The accuracy of the largest model that was ever tried on this task",
                    "It says how far one might get, not whether this method did anything.",
                ),
                Choice(
                    "The accuracy of a cheap floor on the same test questions",
                    "If a bag of words gets there too, the method has shown nothing yet.",
                    right=True,
                ),
                Choice(
                    "The training time of the method in minutes",
                    "Time is a price. It matters once there is a gain to pay for.",
                ),
            ),
        ),
        Question(
            "One run of A beats one run of B by 1.5 points on 500 questions. What has been shown?",
            (
                Choice(
                    "A is better, since both answered exactly the same 500 questions",
                    (
                        "Sharing the questions helps a paired test, but one run each leaves the "
                        "seed's luck in."
                    ),
                ),
                Choice(
                    "A is better by at least one point",
                    (
                        "The interval of one accuracy on 500 questions alone is about three points "
                        "to each side."
                    ),
                ),
                Choice(
                    "B was trained with a bad seed",
                    "That may be, and it may as well be A that was lucky: one run each cannot say.",
                ),
                Choice(
                    "Hardly anything: seeds alone move a run by more than that",
                    (
                        "In the A/A test runs of one method lay further apart, and nothing was"
                        " changed but the seed."
                    ),
                    right=True,
                ),
            ),
        ),
        Question(
            "Why does a paired test need fewer questions than two separate intervals?",
            (
                Choice(
                    "Questions that are hard for both models cancel in the difference",
                    (
                        "Only questions that one of the two got right carry news; the shared part "
                        "of the luck is gone."
                    ),
                    right=True,
                ),
                Choice(
                    "It counts each question twice, once for each of the two models",
                    (
                        "Counting twice would make an interval too narrow. Pairing takes shared "
                        "luck out instead."
                    ),
                ),
                Choice(
                    "It leaves out the questions that both got wrong by mistake",
                    (
                        "Both wrong says nothing about the difference, but no question is dropped "
                        "for being a mistake."
                    ),
                ),
            ),
        ),
        Question(
            "You have 100 test questions and may train ever more seeds. What stays uncertain?",
            (
                Choice(
                    "Nothing, if there are enough seeds",
                    "The mean over seeds becomes certain, but only for these hundred questions.",
                ),
                Choice(
                    "The luck of the seeds",
                    "That part does shrink: it is what more seeds are for.",
                ),
                Choice(
                    "What other questions would have said",
                    "Seeds do not draw new questions, so this part of the doubt stays as it is.",
                    right=True,
                ),
            ),
        ),
    ),
)
