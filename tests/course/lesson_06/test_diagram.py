"""The diagram of a round numbers its steps in the order that the check asks for."""

import re

from labkit.course.lesson_06 import diagram


def arrows(parts):
    return [part for part in parts if "<polygon" in part]


def test_each_step_of_the_round_has_its_number_in_the_drawing_and_in_words():
    picture = diagram.one_round()
    numbers = sorted(re.findall(r">(\d)</text>", picture.svg()))
    assert numbers == ["1", "2", "2", "3", "4", "5"]
    assert picture.alt.index("1 the student writes") < picture.alt.index("3 the discriminator")
    assert [step[0] for step in diagram.STEPS] == list("12345")


def test_only_the_two_players_learn_and_what_is_handed_on_is_dashed():
    assert all('"6 5"' in part for part in arrows(diagram._handed_on()))
    own, students = arrows(diagram._learns())
    assert not any('"6 5"' in part for part in (own, students))
    tip = re.search(r'polygon points="([\d.]+),([\d.]+)', students)
    assert (float(tip[1]), float(tip[2])) == (diagram.WRITER, diagram.BELOW + 27)


def test_nobody_learns_from_inside_the_black_box():
    starts = [re.search(r'polyline points="([\d.]+),([\d.]+)', one) for one in
              arrows(diagram._learns())]  # fmt: skip
    assert diagram.ABOVE not in [float(start[2]) for start in starts]
