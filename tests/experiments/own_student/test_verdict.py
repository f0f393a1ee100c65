import numpy as np

from labkit.experiments.own_student.choose import Candidate, choose
from labkit.experiments.own_student.plan import Wishes
from labkit.experiments.own_student.verdict import judge


def right(count, rows=1000):
    return np.arange(rows) < count


FLOOR = Candidate("tfidf", "", right(800), 2, 0.1)
NET = Candidate("distilled", "onnx/model.onnx", right(900), 4, 1.0)
SLOW = Wishes(max_ms=0.05)


def judged(floor, net, wishes=None, wishes_of_floor=FLOOR):
    wishes = wishes or Wishes()
    choice = choose([FLOOR, NET], wishes)
    return judge(choice, FLOOR, {"tfidf:": floor, "distilled:onnx/model.onnx": net}, wishes, 0.25)


def test_a_gain_that_the_test_confirms_is_taken_with_its_interval():
    found = judged(right(800), right(880))
    assert found.taken is NET
    assert found.sentence.startswith(
        "Take BiLSTM, distilled, 32 bits: 0.880 of the test texts right, +8.0 points (95 % interval"
    )
    assert found.p < 1e-6 and found.gain.low > 0


def test_a_gain_inside_the_noise_takes_the_floor():
    found = judged(right(800), np.roll(right(805), 100))
    assert found.taken is FLOOR and "is inside the noise" in found.sentence


def test_a_loss_on_test_is_no_noise():
    found = judged(right(880), right(800))
    assert found.taken is FLOOR and "noise" not in found.sentence
    assert "which led on validation, is behind it on test, -8.0 points" in found.sentence


def test_the_most_frequent_class_stands_behind_every_verdict():
    assert judged(right(800), right(880)).sentence.endswith(" class: 0.250.")


def test_a_file_that_knows_nothing_of_the_question_is_not_recommended_in_silence():
    alone = choose([FLOOR], Wishes())
    for hits, warned in ((240, True), (260, True), (400, False)):
        found = judge(alone, FLOOR, {"tfidf:": right(hits)}, Wishes(), 0.25)
        assert found.sentence.endswith("do not rely on it.") is warned, hits


def test_too_little_on_validation_takes_the_floor_whatever_the_test_says():
    found = judged(right(800), right(990), Wishes(min_gain=50))
    assert found.taken is FLOOR and "too little" in found.sentence


def test_without_an_allowed_floor_the_network_is_taken_and_the_doubt_is_said():
    slow = Candidate("tfidf", "", right(800), 50, 9.0)
    wishes = Wishes(max_ms=5)
    choice = choose([slow, NET], wishes)
    found = judge(
        choice, slow, {"tfidf:": right(800), "distilled:onnx/model.onnx": right(800)}, wishes, 0.5
    )
    assert found.taken is NET and "a gain is not shown" in found.sentence
