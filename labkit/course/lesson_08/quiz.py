"""The quiz of lesson 08: splits, verdicts, files of 8 bits and times."""

from labkit.course.quiz import Choice, Question, Quiz

QUIZ = Quiz(
    "08",
    (
        Question(
            "Four settings were tried on validation, and the best has 0.87 there. On test it will",
            (
                Choice(
                    "be right about as often: validation texts were never trained on",
                    "They were never trained on, but the best of four was picked by them, and the "
                    "luck of that pick does not come back.",
                ),
                Choice(
                    "probably be right a little less often",
                    "The best of several is partly lucky on the texts that chose it.",
                    right=True,
                ),
                Choice(
                    "be right more often",
                    "Nothing pulls it up: test texts are as hard as those of validation.",
                ),
            ),
        ),
        Question(
            "The student gains 4 points over TF-IDF, interval 1 to 7, and 0.2 over the student of "
            "labels, interval -2 to 2. What is shown?",
            (
                Choice(
                    "That the teacher helped",
                    "The second interval holds 0, so a merit of the teacher is not shown here.",
                ),
                Choice(
                    "That nothing was gained",
                    "The first interval lies above 0: a network pays on these texts.",
                ),
                Choice(
                    "That a small network pays, with or without its teacher",
                    "One comparison is about the network, the other about the teacher alone.",
                    right=True,
                ),
                Choice(
                    "That four points come from distillation and the rest from noise",
                    "The labels alone bring almost all of these four points, so distillation is "
                    "not what they come from.",
                ),
            ),
        ),
        Question(
            "Why may a text's logits change with its neighbours in the 8-bit file?",
            (
                Choice(
                    "What flows through the layers shares one scale over the batch",
                    "A neighbour with large numbers makes the steps coarser for everybody in the "
                    "same batch, whatever their own numbers are.",
                    right=True,
                ),
                Choice(
                    "Padding is read as if it were words",
                    "Padding is masked in both files, and the 32-bit file has no such shift.",
                ),
                Choice(
                    "The weights are rounded anew for each batch that comes in",
                    "Weights were rounded once, when the file was written.",
                ),
            ),
        ),
        Question(
            "A page classifies each text as it is typed. Which time do its users feel?",
            (
                Choice(
                    "The mean over all calls, the first one included",
                    "The first call loads and plans; it comes once, and it moves the mean.",
                ),
                Choice(
                    "Texts per second at 64 at once, turned into milliseconds for one of them",
                    "That is what a text costs a server which has many of them together.",
                ),
                Choice(
                    "The median for one text, with its tokenising",
                    "One text comes at a time, and somebody waits until the class is there.",
                    right=True,
                ),
            ),
        ),
    ),
)
