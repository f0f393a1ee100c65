"""Shipped verdicts are what the shipped answers give; a number that was changed is found."""

import numpy as np
import pytest

from labkit.experiments.confirm import files
from labkit.experiments.confirm.check import check
from labkit.experiments.confirm.claim_list import claims
from labkit.experiments.confirm.plan import trial
from labkit.experiments.confirm.verdicts import judged
from labkit.experiments.result import Result, pack
from tests.helpers.confirm import made_answers


@pytest.fixture
def folder(tmp_path):
    """Files of a made-up study on one data set."""
    runs = []
    for arm, seeds in made_answers.answers({"teacher": 0.9}, seeds=3, texts=200).items():
        code, _, option = arm.partition(" ")
        for seed, right in seeds.items():
            outcome = {
                "accuracy": float(np.mean(right)), "macro_f1": 0.5, "cpu_seconds": 1.0,
                "tests": len(right), "correct": pack(right), "notes": {},
            }  # fmt: skip
            runs.append(Result(f"{arm}{seed}", trial("trec", code, seed, option), outcome))
    files.write_runs(files.runs_file(tmp_path, "trec"), runs, {"title": "made"})
    lines = judged(claims(), files.read_answers(tmp_path))
    files.write_claims(files.claims_file(tmp_path), lines, {"title": "made"})
    return tmp_path


def test_untouched_files_agree(folder):
    found = check(folder)
    assert found.differences == ()
    assert found.lines == len(claims())
    assert found.texts == 3 * 200 * len(made_answers.ARMS)


def test_a_changed_number_and_a_changed_word_are_named(folder):
    file = files.claims_file(folder)
    lines = [line for line in file.read_text(encoding="utf-8").splitlines(keepends=True)
             if not line.startswith("# crc32")]  # fmt: skip
    text = "".join(lines).replace(",no,", ",yes,", 1).replace("0.0100", "0.0200", 1)
    file.write_text(text, encoding="utf-8")
    found = check(folder).differences
    assert len(found) == 2
    assert any("direction: the file has 'yes', the answers give 'no'" in one for one in found)


def test_a_folder_without_verdicts_is_refused(tmp_path):
    with pytest.raises(ValueError, match="labkit reproduce confirm"):
        check(tmp_path)
