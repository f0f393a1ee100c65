"""What may be said of the arms."""

import math

import pytest

from labkit.experiments.claims import UNKNOWN
from labkit.experiments.llm.text_claims import SAME
from labkit.experiments.llm_prompt_arms.claims import (
    CLAIMS,
    ArmClaim,
    Line,
    gains,
    sentence,
    verdicts,
)
from tests.helpers.llm.made_arms import made


def claim(first="jsd", second="seqkd_longer", measure="whole", **others):
    return ArmClaim("lab", "it helps", first, second, measure, **others)


def test_a_larger_share_and_a_smaller_kl_are_gains():
    runs = made({"jsd": 0.5, "seqkd_longer": 0.2})
    assert gains(runs, claim()) == pytest.approx([0.3] * 3)
    assert gains(runs, claim(measure="reverse_kl")) == pytest.approx([0.3] * 3)
    assert gains(runs, claim(measure="text_nats")) == pytest.approx([-0.3] * 3)
    assert gains(runs, claim(first="gad")) == []


def test_the_second_arm_may_write_colder_until_its_text_varies_as_little():
    runs = made({"jsd": 0.5, "seqkd_longer": 0.2}, seeds=1)
    runs[0].outcome["1.0"]["distinct_2"] = 0.45  # halfway between SeqKD's second and third
    assert gains(runs, claim(temperature=SAME)) == pytest.approx([0.5 - 0.35])


def test_words_need_three_seeds_and_a_small_p():
    runs = made({"jsd": 0.5, "start": 0.1, "seqkd_longer": 0.2})
    for place, run in enumerate(runs):
        run.outcome["1.0"]["whole"] += 0.001 * (place % 2)
    (line,) = verdicts(runs, [claim()])
    assert line.word == "reproduced" and line.low > 0 and line.seeds == 3
    assert 0 < line.smallest < 0.3
    (few,) = verdicts(made({"jsd": 0.5, "seqkd_longer": 0.2}, seeds=2), [claim()])
    assert few.word == UNKNOWN and math.isnan(few.low) and few.difference == pytest.approx(0.3)


def test_a_line_with_too_few_seeds_leaves_the_others_their_p():
    runs = made({"jsd": 0.5, "seqkd_longer": 0.2}) + made({"gad": 0.4}, seeds=1)
    lines = verdicts(runs, [claim(), claim("gad")])
    assert [line.seeds for line in lines] == [3, 1]
    assert not math.isnan(lines[0].holm) and math.isnan(lines[1].holm)
    assert "1 seed(s); too few seeds" in sentence(lines[1])
    assert "would have been seen" in sentence(lines[0])


def test_cells_stand_under_their_columns():
    (line,) = verdicts(made({"jsd": 0.5, "seqkd_longer": 0.2}), [claim()])
    told = dict(zip(Line.columns(), line.cells(), strict=True))
    assert told["first"] == "jsd" and told["seeds"] == 3 and float(told["difference"]) == 0.3


def test_claims_name_arms_that_are_run_and_temperatures_that_were_written_at():
    assert len({(c.first, c.second, c.measure, c.temperature) for c in CLAIMS}) == len(CLAIMS)
    with pytest.raises(ValueError, match="nobody"):
        claim("nobody")
    with pytest.raises(ValueError, match="it alone wrote"):
        claim(second="start", temperature=SAME)
