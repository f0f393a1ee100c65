"""The quiz of lesson 05: online distillation and bottlenecks."""

from labkit.course.quiz import Choice, Question, Quiz

QUIZ = Quiz(
    "05",
    (
        Question(
            "Which control says whether the teacher's listening to its student matters?",
            (
                Choice(
                    "A finished teacher with a larger student",
                    "It changes the student's size, and the teacher does not learn at all.",
                ),
                Choice(
                    "A teacher that learns beside its student but hears labels alone",
                    "Everything is the same but the feedback, so a difference is the feedback's.",
                    right=True,
                ),
                Choice(
                    "A student that is trained ten times as long",
                    "That arm asks whether the time would have done it. It is about cost.",
                ),
            ),
        ),
        Question(
            "A linear VAE has beta 4. Which directions of the features does it keep?",
            (
                Choice(
                    "Those whose variance is above 4",
                    (
                        "Beta is a water line for the eigenvalues: what stands above it is worth "
                        "its price."
                    ),
                    right=True,
                ),
                Choice(
                    "The first four",
                    "Beta is a price and no count. How many are kept depends on the eigenvalues.",
                ),
                Choice(
                    "Those that help to tell the classes apart",
                    "The rebuild never sees a label. It keeps what varies much, useful or not.",
                ),
            ),
        ),
        Question(
            (
                "A program averages the squared error of the rebuild over 384 numbers. What happens"
                " at beta 1?"
            ),
            (
                Choice(
                    "The network learns more slowly but ends the same",
                    "It ends somewhere else: the balance between the two prices has moved.",
                ),
                Choice(
                    "The rebuild gets better, as each number counts",
                    "Each number counts 384 times less beside the price of remembering.",
                ),
                Choice(
                    "The VAE collapses: nothing is worth its price",
                    "A mean makes the error 384 times cheaper: beta is 384.",
                    right=True,
                ),
                Choice(
                    "Lambda has to be made 384 times smaller",
                    "Lambda weighs both prices together, so it cannot move the water line.",
                ),
            ),
        ),
        Question(
            (
                "Classes are read linearly from a bottleneck 64 wide, on a task with six classes. "
                "How many directions count?"
            ),
            (
                Choice(
                    "64",
                    "That is the room there is, and the class head does not need it all.",
                ),
                Choice(
                    "384",
                    "Those are the numbers of a feature before the bottleneck.",
                ),
                Choice(
                    "At most six",
                    "Two linear maps are one, here with six rows.",
                    right=True,
                ),
            ),
        ),
    ),
)
