"""Words and models that are made once and then read."""

from itertools import product

import pytest

from labkit.experiments.llm import material as made
from tests.helpers import tiny

WORDS = tuple("".join(letters) for letters in product("abcd", repeat=4))[:80]


@pytest.fixture
def found(monkeypatch, tmp_path):
    monkeypatch.setattr(made, "all_words", lambda: WORDS)
    return made.material("smoke", tmp_path)


def test_the_words_are_cut_by_the_scale(found):
    assert (len(found.words.train), len(found.words.validation), len(found.words.test)) == (
        60,
        10,
        10,
    )
    assert len(found.pairs) == 240


def test_a_start_is_trained_once_and_read_to_the_last_bit(found, monkeypatch):
    first = found.start(1)
    assert first.seconds > 0
    monkeypatch.setattr(made, "seqkd", None)  # a second training would fail
    again = found.start(1)
    assert tiny.equal(tiny.weights(first.model), tiny.weights(again.model))
    assert again.seconds == first.seconds


def test_seeds_and_proxies_differ_and_the_proxy_is_larger(found):
    starts = [tiny.weights(found.start(seed).model) for seed in (1, 2)]
    assert not tiny.equal(*starts)
    sizes = [
        sum(p.numel() for p in one.model.parameters()) for one in (found.start(1), found.proxy(0))
    ]
    assert sizes[1] > 4 * sizes[0]


def test_a_damaged_file_is_made_anew(found):
    first = found.start(1)
    (file,) = found.folder.glob("start_1_*.safetensors")
    file.write_bytes(file.read_bytes()[:100])
    assert tiny.equal(tiny.weights(found.start(1).model), tiny.weights(first.model))


def test_the_words_come_from_the_prepared_texts(real_cache):
    words = made.all_words()
    assert len(words) > 3000 and "about" in words and set(map(len, words)) == {4, 5}


def test_other_words_have_another_mark(found, monkeypatch):
    first = made.rows_mark("smoke")
    assert made.rows_mark("smoke") == first
    monkeypatch.setattr(made, "all_words", lambda: (*WORDS[1:], "eeee"))
    assert made.rows_mark("smoke") != first


def test_what_the_lesson_needs_is_prepared_once(monkeypatch, tmp_path):
    monkeypatch.setenv("LABKIT_CACHE", str(tmp_path))
    monkeypatch.setattr(made, "all_words", lambda: WORDS)
    monkeypatch.setitem(made.SCALES, "classroom", made.SCALES["smoke"])
    assert not made.is_prepared()
    made.prepare()
    assert made.is_prepared()
    monkeypatch.setattr(made, "seqkd", None)  # a second training would fail
    made.prepare()
    for file in (tmp_path / "llm" / "classroom").glob("proxy_99_*.safetensors"):
        file.unlink()
    assert not made.is_prepared()
