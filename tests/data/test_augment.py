import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from labkit.data.augment import AugmentConfig, teacher_labels, transfer_texts, vary
from labkit.data.encoding.encoded import encode
from labkit.data.splits import text_key
from labkit.training.teacher_logits import TeacherLogits
from tests.helpers import tiny
from tests.helpers.properties import many
from tests.helpers.tables import folder_of, rows
from tests.helpers.tiny_wheels import Lab

TEXTS = [f"a{row} b{row} c{row} d{row} e{row} f{row} g{row} h{row}" for row in range(40)]


def test_masked_copies_keep_the_place_of_every_other_word():
    found = vary(TEXTS, AugmentConfig(p_ngram=0))
    for text, parent in zip(found.texts, found.parents, strict=True):
        words = zip(text.split(), TEXTS[parent].split(), strict=True)
        assert all(new in (old, "[MASK]") for new, old in words)


def test_a_tenth_of_the_words_is_masked():
    found = vary(TEXTS, AugmentConfig(p_mask=0.5, p_ngram=0))
    words = " ".join(found.texts).split()
    assert words.count("[MASK]") / len(words) == pytest.approx(0.5, abs=0.05)


def test_cut_copies_are_one_to_five_neighbouring_words_of_their_parent():
    found = vary(TEXTS, AugmentConfig(p_mask=0, p_ngram=1))
    lengths = set()
    for text, parent in zip(found.texts, found.parents, strict=True):
        assert text in TEXTS[parent]
        lengths.add(len(text.split()))
    assert lengths == {1, 2, 3, 4, 5}


def test_a_quarter_of_the_copies_is_cut():
    many = [
        f"{text} {' '.join(f'x{row}y{word}' for word in range(40))}"
        for row, text in enumerate(TEXTS)
    ]
    found = vary(many, AugmentConfig(p_mask=0.5))
    cut = sum(len(text.split()) <= 5 for text in found.texts)
    assert cut / len(found.texts) == pytest.approx(0.25, abs=0.06)


def test_no_copy_is_there_already_or_forbidden_or_all_mask():
    free = vary(TEXTS)
    forbidden = [free.texts[0].upper(), free.texts[5]]
    found = vary(TEXTS, forbidden=forbidden)
    keys = [text_key(text) for text in found.texts]
    assert len(set(keys)) == len(keys)
    assert not set(keys) & {text_key(text) for text in (*TEXTS, *forbidden)}
    assert all(set(text.split()) != {"[MASK]"} for text in vary(TEXTS, AugmentConfig(0.9)).texts)


def test_the_same_seed_gives_the_same_copies_and_leaves_the_callers_chance_alone():
    torch.manual_seed(0)
    wanted = torch.rand(2)
    torch.manual_seed(0)
    first = vary(TEXTS)
    assert torch.equal(torch.rand(2), wanted)
    assert first == vary(TEXTS)
    assert first != vary(TEXTS, AugmentConfig(seed=1))


def test_nothing_to_change_gives_nothing():
    assert vary(TEXTS, AugmentConfig(p_mask=0, p_ngram=0)).texts == ()
    assert vary(["", "  "]).texts == ()


def test_every_copy_gets_a_teacher_pass_of_its_own():
    made, _ = tiny.texts()
    found = vary(made, AugmentConfig(mask="[UNK]", n_iter=3))
    encoded = encode(found.texts, tiny.tokenizer())
    source = TeacherLogits(tiny.bert(), encoded)
    labelled = teacher_labels(encoded, source.all())
    assert source.passes == len(found.texts)
    assert torch.equal(labelled.labels, source.all().argmax(1))
    with pytest.raises(ValueError, match="got 2 rows of logits"):
        teacher_labels(encoded, torch.zeros(2, 3))


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"p_mask": 1.1}, r"p_mask must be in \[0, 1\]"),
        ({"p_ngram": -0.1}, r"p_ngram must be in \[0, 1\]"),
        ({"n_iter": 0}, "n_iter must be a whole number"),
        ({"mask": "two words"}, "mask must be one word"),
        ({"mask": ""}, "mask must be one word"),
    ],
)
def test_a_configuration_that_makes_no_sense_is_refused(change, said):
    with pytest.raises(ValueError, match=said):
        AugmentConfig(**change)


@many
@given(
    p_mask=st.floats(),
    p_ngram=st.floats(),
    n_iter=st.integers(-2, 3),
    mask=st.text(max_size=3),
)
def test_a_configuration_is_refused_or_makes_new_words_only(p_mask, p_ngram, n_iter, mask):
    try:
        config = AugmentConfig(p_mask, p_ngram, n_iter, mask)
    except ValueError as error:
        assert "must be" in str(error)
        return
    assert 0 <= p_mask <= 1 and 0 <= p_ngram <= 1 and n_iter >= 1 and mask.split() == [mask]
    words = {word for text in TEXTS[:3] for word in text.split()} | {mask}
    assert all(set(text.split()) <= words for text in vary(TEXTS[:3], config).texts)


def test_a_tab_inside_a_text_is_a_space_like_others():
    with_tab = [text.replace(" ", "\t", 1) for text in TEXTS]
    assert vary(with_tab).texts == vary(TEXTS).texts


def test_only_train_texts_come_out_each_once_and_none_that_measures(lab: Lab) -> None:
    train = {"text": ["one", "two", "ONE ", "three", "four"], "label": [0, 1, 0, 1, 0]}
    folder_of(lab, train=train, validation=rows(3, "held"), test=rows(3, "measured"))
    assert transfer_texts("mine", forbidden=["  Three"]) == ("one", "two", "four")
    assert transfer_texts("mine", forbidden=["  Three"], most=2) == ("one", "two")


def test_of_pairs_the_first_text_is_taken_and_a_set_without_train_gives_all(lab: Lab) -> None:
    pairs = {"text_a": ["why?", "who?", "why?"], "text_b": ["so", "me", "too"], "label": [0, 1, 1]}
    folder_of(lab, validation=pairs)
    assert transfer_texts("mine") == ("why?", "who?")


def test_rows_without_labels_come_after_the_others_on_request(lab: Lab) -> None:
    extra = {"text": ["new", "row 0"], "label": [None, None]}
    folder_of(lab, train=rows(2), unlabelled=extra)
    assert transfer_texts("mine") == ("row 0", "row 1")
    assert transfer_texts("mine", unlabelled=True) == ("row 0", "row 1", "new")


def test_no_texts_at_all_is_refused(lab: Lab) -> None:
    folder_of(lab, train=rows(3))
    with pytest.raises(ValueError, match="most=0, wanted at least 1"):
        transfer_texts("mine", most=0)
