"""The forest says the numbers that the file holds, and leaves out what was not run."""

from labkit.experiments.confirm import files
from labkit.experiments.confirm.claim_list import claims
from labkit.experiments.confirm.pictures import NAMES, picture, save
from labkit.experiments.confirm.verdicts import judged
from tests.helpers.confirm import made_answers


def rows(levels=None, seeds=5):
    answers = {"trec": made_answers.answers(levels, seeds=seeds)}
    return files.claim_rows(judged(claims(), answers))


def test_every_claim_has_a_name_for_people():
    assert set(NAMES) == {claim.name for claim in claims()}


def test_the_alt_text_has_the_numbers_the_words_and_the_printed_gain():
    alt = picture(rows({"second_stage differ": 0.84})).alt
    assert "two stages against labels alone +4.0" in alt
    assert "stage 2 against stage 1 +4.0" in alt and "printed +24.6" in alt
    assert "size out of reach" in alt
    assert alt.count(", yes") >= 4


def test_claims_without_runs_are_left_out():
    drawn = picture(rows())
    empty = picture(rows(seeds=2))
    assert len(drawn.figure.axes[0].get_yticks()) == len(claims())
    assert empty.alt.startswith("No claim has enough runs")


def test_only_whole_claims_are_drawn_from_the_written_file(tmp_path):
    answers = {name: made_answers.answers() for name in ("trec", "sst2")}
    file = files.claims_file(tmp_path)
    files.write_claims(file, judged(claims(), answers), {"title": "made"})
    assert save(file).name == "confirm.png"
    assert (tmp_path / "confirm.png").stat().st_size > 1000
