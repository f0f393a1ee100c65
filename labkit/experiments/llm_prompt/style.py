"""The style that a prompt asks for, and the exact rule that says whether an answer has it."""

from dataclasses import dataclass

SYSTEM = "you answer in one short sentence, all in lower case, that ends with an exclamation mark!"
EXAMPLES = (
    ("What is the moon?", "the moon is a big ball of rock that circles the earth!"),
    ("How do I boil an egg?", "put the egg into boiling water for eight minutes!"),
    ("Why do birds sing?", "birds sing to find a partner and to guard their home!"),
)
"""Shown to the teacher before each question; a model of this size does not follow words alone."""
ENDS = ".!?\n"
"""What ends a sentence."""


@dataclass(frozen=True)
class Style:
    """Which parts of the rule an answer keeps."""

    lower: bool
    """It has letters, and none of them is a capital."""
    marked: bool
    """It ends with the exclamation mark, and no sentence ends before."""

    @property
    def whole(self) -> bool:
        """Both parts."""
        return self.lower and self.marked


def style_of(answer: str) -> Style:
    """What of the rule an answer keeps; one that was cut has lost its mark."""
    text = answer.strip()
    letters = [letter for letter in text if letter.isalpha()]
    marked = text.endswith("!") and not any(end in text[:-1] for end in ENDS)
    return Style(bool(letters) and text == text.lower(), marked)


def plain(question: str) -> str:
    """The question as the student reads it: no system prompt, no example."""
    return f"{_turn('user', question)}<|im_start|>assistant\n"


def styled(question: str) -> str:
    """The question as the teacher reads it: behind the style prompt and its examples."""
    shown = "".join(_turn("user", asked) + _turn("assistant", said) for asked, said in EXAMPLES)
    return _turn("system", SYSTEM) + shown + plain(question)


def _turn(role: str, text: str) -> str:
    return f"<|im_start|>{role}\n{text}<|im_end|>\n"
