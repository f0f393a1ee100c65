import math

import pytest

from labkit.experiments.online.claim_list import CLAIMS, Claim
from labkit.experiments.online.claims import (
    paper_difference,
    sentence,
    smallest_detectable,
    values,
    verdicts,
    word_for,
)
from labkit.experiments.online.plan import OnlineRun
from labkit.experiments.result import Result

KDFD = next(claim for claim in CLAIMS if claim.said == "KDFD beats vanilla distillation")


def run(arm, seed, score, nll=0.5, dataset="trec", **others):
    config = OnlineRun(dataset, arm, seed, **others)
    both = {"student": {"score": score, "nll": nll}, "teacher": {"score": 0.9, "nll": nll}}
    return Result(f"{arm} {seed}", config, both)


def pairs(gaps, dataset="trec", nll=0.5):
    made = []
    for seed, gap in enumerate(gaps):
        made += [
            run("kd", seed, 0.80, dataset=dataset),
            run("online_vae_teacher", seed, 0.80 + gap, nll, dataset),
            run("online_linear_teacher", seed, 0.80, 0.5, dataset),
        ]
    return made


def line_of(lines, said):
    return next(line for line in lines if line.said == said)


def test_a_clear_gain_holds_with_its_direction_and_size():
    line = line_of(verdicts("kdfd_table3", pairs([0.02, 0.03, 0.025, 0.02])), KDFD.said)
    assert line.word == "holds" and line.seeds == 4
    assert line.ours == pytest.approx(0.02375)
    assert line.low > 0 and line.holm >= line.p


@pytest.mark.parametrize(
    ("gaps", "dataset", "word"),
    [
        ([-0.02, -0.03, -0.025, -0.02], "trec", "does not hold"),  # the other way round
        ([0.0005, -0.001, 0.001, 0.0], "trec", "does not hold"),  # half a point is ruled out
        ([0.0035, 0.001, 0.0045, -0.001], "glue_sst2", "open"),  # the paper's 0.4 points is not
        ([0.05, -0.05, 0.02, 0.0], "trec", "open"),  # too much scatter for either
        ([0.001, 0.002, 0.003, 0.0025], "trec", "open"),  # small, above 0, too many lines
    ],
)
def test_the_word_answers_the_sentence(gaps, dataset, word):
    line = line_of(verdicts("kdfd_table3", pairs(gaps, dataset)), KDFD.said)
    assert line.word == word


def test_a_difference_that_holm_takes_away_stays_open():
    line = line_of(verdicts("kdfd_table3", pairs([0.01, 0.02, 0.03, 0.025])), KDFD.said)
    assert line.low > 0
    assert word_for(line, 0.049) == "holds" and word_for(line, 0.051) == "open"


def test_less_nll_counts_in_favour():
    lines = verdicts("kdfd_table3", pairs([0.0, 0.01, -0.01], nll=0.4))
    line = line_of(lines, "the VAE calibrates the student")
    assert line.ours == pytest.approx(0.1) and line.measured == "student nll"


def test_too_few_seeds_cannot_tell():
    line = line_of(verdicts("kdfd_table3", pairs([0.02, 0.03])), KDFD.said)
    assert line.word == "open" and math.isnan(line.smallest)
    assert "run at least 3" in sentence(line)


def test_the_sentence_says_direction_size_and_what_would_have_been_seen():
    line = line_of(verdicts("kdfd_table3", pairs([0.02, 0.03, 0.025, 0.02])), KDFD.said)
    told = sentence(line)
    assert "+2.38 points" in told and "from 1.00 on it would have been seen" in told


def test_the_smallest_difference_worked_by_hand():
    # spread 0.01 over 4 pairs: (t(.975, 3) + t(.8, 3)) * 0.01 / 2 = (3.182 + 0.978) * 0.005
    first = [0.81, 0.82, 0.83, 0.82]
    spread = math.sqrt(2 / 3) * 0.01
    wanted = (3.18245 + 0.97847) * spread / 2
    assert smallest_detectable(first, [0.8] * 4) == pytest.approx(wanted, rel=1e-4)
    with pytest.raises(ValueError, match="same seeds"):
        smallest_detectable(first, first[:2])


def test_p_values_are_adjusted_over_the_lines_of_a_table():
    lines = verdicts("kdfd_table3", pairs([0.02, 0.03, 0.025, 0.02], nll=0.4))
    smallest = min(lines, key=lambda line: line.p)
    assert smallest.holm == pytest.approx(min(1, smallest.p * len(lines)))


def test_runs_of_a_sweep_are_not_counted_among_the_arm():
    usual, wide = run("online_vae_teacher", 0, 0.8), run("online_vae_teacher", 1, 0.9, latent=16)
    assert values([usual, wide], "online_vae_teacher", KDFD) == {0: 0.8}
    assert values([usual, wide], "online_vae_teacher", KDFD, {"latent": 16}) == {1: 0.9}


def test_the_papers_own_difference_stands_beside_ours_where_it_prints_one():
    assert paper_difference("glue_sst2", KDFD) == pytest.approx(0.004)
    assert math.isnan(paper_difference("trec", KDFD))
    alone = next(claim for claim in CLAIMS if claim.table == "kdfd_table2")
    assert paper_difference("cola", alone) == pytest.approx(-0.006)  # 43.2 - 43.8
    teacher = Claim("kdfd_table3", "", KDFD.first, KDFD.second, "teacher")
    assert math.isnan(paper_difference("glue_sst2", teacher))
