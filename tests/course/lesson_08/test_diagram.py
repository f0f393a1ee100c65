"""The way from a file to a folder says which split each step may see."""

from xml.etree import ElementTree

from labkit.course.lesson_08 import diagram


def test_what_is_drawn_is_said_in_words():
    picture = diagram.way()
    drawn = {text.text for text in ElementTree.fromstring(picture.svg()).iter() if text.text}
    for stage in diagram.STAGES.values():
        assert {*stage.lines, f"sees {stage.sees}"} <= drawn
        assert f"{' '.join(stage.lines)} sees {stage.sees}" in picture.alt


def test_only_the_verdict_sees_the_test_split():
    seeing = [name for name, stage in diagram.STAGES.items() if "test" in stage.sees]
    assert seeing == ["verdict"]
    assert "student T and copies sees train, validation and leads to verdict" in (diagram.way().alt)


def test_every_box_and_its_words_lie_inside_and_apart():
    wide, high = diagram.BOX
    places = [stage.place for stage in diagram.STAGES.values()]
    for x, y in places:
        assert wide / 2 < x < diagram.SIZE[0] - wide / 2
        assert high / 2 < y < diagram.SIZE[1] - high / 2 - 20
    for number, (x, y) in enumerate(places):
        for other_x, other_y in places[:number]:
            assert abs(x - other_x) > wide or abs(y - other_y) > high + 26
