"""The diagram frames the questions that one model alone got right, and no others."""

from labkit.course.lesson_00 import pair_diagram


def test_only_questions_on_which_the_two_differ_are_counted():
    pairs = zip(pair_diagram.OF_A, pair_diagram.OF_B, strict=True)
    differ = {question for question, (a, b) in enumerate(pairs) if a != b}
    a, b = pair_diagram.SIDES
    assert set(a.questions) | set(b.questions) == differ
    assert all(pair_diagram.OF_A[i] == "1" for i in a.questions)
    assert all(pair_diagram.OF_B[i] == "1" for i in b.questions)


def test_drawing_and_words_give_the_counts_and_the_exact_p():
    picture = pair_diagram.what_counts()
    for said in ("only A right: 3", "only B right: 1"):
        assert said in picture.svg()
    assert (
        "3 to 1: a fair coin comes out as one-sided, or more, with probability 0.62" in picture.alt
    )
    assert "On 8 of them" in picture.alt


def test_a_frame_leaves_the_answers_behind_it_visible():
    frames = [
        part
        for part in pair_diagram.what_counts().parts
        if 'fill="none"' in part and "<rect" in part
    ]
    assert len(frames) == 4
