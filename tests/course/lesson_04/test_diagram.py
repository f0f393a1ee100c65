"""The game says what D reads, whom each step moves, and which reading has a player against D."""

import re

from labkit.course.lesson_04 import diagram


def test_three_arrows_lead_into_d_and_each_step_has_one_that_leads_back():
    parts = diagram.game().parts
    arrows = [part for part in parts if "polygon" in part]
    back = [part for part in arrows if 'dasharray="6 5"' in part]
    assert (len(arrows), len(back)) == (5, 2)
    tips = [re.search(r'polygon points="([\d.]+),', part)[1] for part in back]
    assert [float(x) for x in tips] == [diagram.MIDDLE, diagram.LEFT]


def test_drawing_and_words_say_that_only_resemble_is_a_game():
    picture = diagram.game()
    assert "resemble:  against D: a game" in picture.svg()
    assert "differ:  with D: no game" in picture.svg()
    assert "nobody plays against D" in picture.alt
