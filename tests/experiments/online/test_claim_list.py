from labkit.experiments.online.claim_list import CLAIMS, IN_PAPER, Claim
from labkit.experiments.online.facts.printed_numbers import printed
from labkit.experiments.online.plan import ARMS, BETAS, LAMBDAS, WIDTHS, tables


def test_claims_name_arms_that_their_table_runs():
    every = tables()
    for claim in CLAIMS:
        asked = {one.arm for one in every[claim.table]}
        assert {claim.first, claim.second} <= asked, claim.said
        assert {claim.first, claim.second} <= set(ARMS)


def test_no_sentence_stands_twice_in_a_table():
    told = [(claim.table, claim.said) for claim in CLAIMS]
    assert len(set(told)) == len(told)


def test_settings_that_a_claim_moves_are_swept():
    swept = {"latent": WIDTHS, "weight": LAMBDAS, "beta": BETAS}
    for claim in CLAIMS:
        for name, value in {**claim.first_at, **claim.second_at}.items():
            assert value in swept[name], claim.said


def test_rows_of_the_paper_exist():
    assert all(printed(table, method) for table, method in IN_PAPER.values())


def test_a_score_and_a_nll_have_their_own_smallest_effect():
    assert Claim("t", "s", "a", "b").relevant == 0.005
    assert Claim("t", "s", "a", "b", measure="nll").relevant == 0.01
