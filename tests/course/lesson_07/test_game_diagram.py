"""The diagram of GAKD: both rows lead into the discriminator, gradients lead to D and student."""

import re

from labkit.course.lesson_07 import game_diagram


def test_two_gradients_lead_back_to_the_discriminator_and_to_the_student():
    back = [part for part in game_diagram.game().parts if "<polygon" in part and '"6 5"' in part]
    tips = [re.search(r'polygon points="([\d.]+),([\d.]+)', part) for part in back]
    assert [float(tip[1]) for tip in tips] == [game_diagram.JUDGE, game_diagram.MODEL]
    assert float(tips[1][2]) == game_diagram.BELOW + 27


def test_the_frozen_teacher_and_what_d_may_not_read_are_said():
    picture = game_diagram.game()
    assert picture.svg().count(">0 behind the end<") == 2
    assert ">frozen<" in picture.svg()
    assert "behind the end of an answer the rows are 0" in picture.alt
