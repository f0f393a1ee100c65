"""The quiz of lesson 04: the game between D and student."""

from labkit.course.quiz import Choice, Question, Quiz

QUIZ = Quiz(
    "04",
    (
        Question(
            "Both sides look alike to the discriminator. What is its smallest loss?",
            (
                Choice(
                    "0",
                    "A loss of 0 needs a D that is always right and sure of it.",
                ),
                Choice(
                    "2 ln 2, about 1.386 nats",
                    "It can only say one half to both sides, which costs ln 2 on each.",
                    right=True,
                ),
                Choice(
                    "ln 2, about 0.693 nats",
                    "That is the cost of one side. The loss counts both.",
                ),
                Choice(
                    "It grows without end",
                    "Only a D that is sure and wrong pays that much, and the best one is not.",
                ),
            ),
        ),
        Question(
            (
                "D tells the sides apart in nearly all cases from the first steps. What do you look"
                " at first?"
            ),
            (
                Choice(
                    "Whether size, label or dropout gives a side away",
                    (
                        "A leak is easier to read than the task, and then the student learns "
                        "nothing of use from D."
                    ),
                    right=True,
                ),
                Choice(
                    "Whether the student has enough parameters to win at all",
                    "Its size may matter later. So quick a win rather speaks of something trivial.",
                ),
                Choice(
                    "Whether the test accuracy has gone up",
                    "It can rise by steps and labels alone, so it does not tell what D reads.",
                ),
            ),
        ),
        Question(
            'In the reading "differ", D\'s loss falls to nearly 0. Why?',
            (
                Choice(
                    "D has more parameters than the student",
                    "The same D does not win in the other reading, so its size is not the reason.",
                ),
                Choice(
                    "The leaks between the two sides were left open",
                    "It falls with leaks closed as well: the reason lies in what the players want.",
                ),
                Choice(
                    "D and the student both want to be told apart",
                    "Nobody plays against D, so there is no balance that could hold its loss up.",
                    right=True,
                ),
            ),
        ),
        Question(
            "Which arm tells whether the adversary adds anything to stage 2?",
            (
                Choice(
                    "The student of stage 1, before any further step",
                    "Against it, stage 2 also has more steps and the teacher again.",
                ),
                Choice(
                    "The teacher of stage 2, trained with the same labels and as many steps",
                    "It shows how far one could get, and not where a gain came from.",
                ),
                Choice(
                    "The same stage 2 with a larger discriminator",
                    "That compares two adversaries. None of them is taken away.",
                ),
                Choice(
                    "The same steps with the adversary's weight given to the labels",
                    "It differs in the adversary alone, so a difference can be its doing.",
                    right=True,
                ),
            ),
        ),
    ),
)
