"""The ladder says what each step up asks, and what it keeps the same."""

from labkit.course.lesson_00 import diagram


def test_the_floor_lies_lowest_and_the_teacher_stands_highest():
    from xml.etree import ElementTree

    image = ElementTree.fromstring(diagram.ladder().svg())
    heights = {text.text: float(text.get("y")) for text in image.iter() if text.text}
    rungs = [heights[rung.name] for rung in diagram.RUNGS]
    assert rungs == sorted(rungs, reverse=True)


def test_each_step_up_says_what_is_held_fixed_in_words_as_in_the_drawing():
    picture = diagram.ladder()
    for rung in diagram.RUNGS[1:]:
        assert f"held fixed: {rung.fixed}" in picture.svg()
        assert f"{rung.asks} Held fixed: {rung.fixed}." in picture.alt
    assert diagram.RUNGS[3].fixed.endswith("only the targets differ")
