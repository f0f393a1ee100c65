"""The budget is drawn as it is counted: the chain and the fair direct student pay the same."""

from labkit.course.lesson_03 import diagram


def test_the_fair_direct_student_pays_as_many_bars_as_the_chain():
    papers, chained, fair = diagram.WAYS
    assert len(papers.bars) < len(chained.bars) == len(fair.bars)
    assert papers.trained == fair.trained == ("student",)


def test_each_way_is_drawn_with_one_arrow_per_model_that_learns():
    picture = diagram.chain_and_budget()
    heads = sum(part.count("<polygon") for part in picture.parts)
    assert heads == sum(len(way.trained) for way in diagram.WAYS)
    assert "student from assistant from teacher" in picture.alt
    assert "paid are the steps of assistant and student" in picture.alt
