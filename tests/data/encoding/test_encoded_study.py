import pytest
from datasets import Dataset

from labkit.data import Study
from labkit.data.encoding.encoded_study import encode_study, token_limit
from tests.helpers import tiny


def study_of_words(*words):
    rows = Dataset.from_dict(
        {"text": [" ".join(["word1"] * n) for n in words], "label": [0] * len(words)}
    )
    return Study(f"words {words[0]}", rows, rows, rows, ("a",), "a test")


@pytest.mark.parametrize(
    ("words", "wanted"),
    [([9, 64, 500], 64), ([9, 500], 64), ([65, 100], 128), ([200] * 9 + [9], 256), ([900], 256)],
)
def test_a_set_of_long_texts_gets_a_longer_limit(words, wanted):
    part = study_of_words(*words)
    assert token_limit(part, tiny.tokenizer()) == wanted
    assert encode_study(part, tiny.tokenizer()).max_length == wanted


def test_texts_that_are_cut_are_counted_and_said_once(capsys):
    part = study_of_words(100, 60, 84)
    for _ in range(2):
        encoded = encode_study(part, tiny.tokenizer(), 64)
    wanted = "2 of 3 train texts are longer than 64 tokens and were cut there: 23% of all tokens"
    assert encoded.cut_line == f"{wanted} are not read"
    assert capsys.readouterr().err.count(wanted) == 1
    assert encode_study(part, tiny.tokenizer(), 128).cut_line == ""
    assert capsys.readouterr().err == ""
