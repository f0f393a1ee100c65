"""A check gives the student one sentence, no traceback, and notes progress."""

import re

import pytest
import torch

from labkit.course import check as checks
from labkit.course import progress
from labkit.course.check import CheckFailed


@pytest.fixture(autouse=True)
def own_progress(tmp_path, monkeypatch):
    monkeypatch.setenv("LABKIT_PROGRESS", str(tmp_path / "progress.json"))


@checks.check("07-double")
def double(answer):
    got = answer(torch.tensor([1.0, 2.0]))
    checks.same_shape(got, (2,), "keep one number per row")
    checks.same(got, torch.tensor([2.0, 4.0]), "multiply by 2")


def no_return(x):
    2 * x


def stub(x):
    raise NotImplementedError("multiply by two")


def crash(x):
    return x @ torch.ones(3)


WRONG = {
    "no return": (no_return, "returned None.*`return`"),
    "ellipsis": (lambda x: ..., "returned Ellipsis"),
    "shape": (lambda x: 2 * x.sum(), r"got shape \(\), wanted \(2,\): keep one number"),
    "list": (lambda x: [2, 4], "got a list, wanted a tensor"),
    "value": (lambda x: 3 * x, r"got \[3.0, 6.0\], wanted \[2.0, 4.0\]: multiply by 2"),
    "nan": (lambda x: x * float("nan"), "got .*nan"),
    "stub": (stub, "^not yet: multiply by two$"),
    "crash": (crash, "your code stopped: .*line .* of crash: `return x @ torch"),
    "not a function": (5, "your code stopped: TypeError"),
}


@pytest.mark.parametrize("name", WRONG)
def test_a_wrong_answer_is_refused_with_a_sentence_of_its_own(name):
    answer, sentence = WRONG[name]
    with pytest.raises(CheckFailed, match=sentence):
        double(answer)
    assert progress.read()["07-double"] == {"tries": 1, "passed": None}


def test_an_error_of_torch_is_followed_by_what_to_do():
    with pytest.raises(CheckFailed, match=r"your code stopped: .*\. What to do: .*keepdim"):
        double(lambda x: torch.ones(3, 3) / torch.ones(3, 3).sum(-1)[:2])


@pytest.mark.parametrize("value", [0.5, 1, torch.tensor(0.5), torch.tensor([0.5]), True])
def test_number_takes_whatever_is_one_number(value):
    assert checks.number(value) == float(value)


@pytest.mark.parametrize(
    ("value", "kind"),
    [
        ((1, 2), "a tuple"),
        ("nan", "a str"),
        (torch.ones(2, 3), r"a tensor of shape \(2, 3\)"),
        ([0.5], "a list"),
    ],
)
def test_number_says_what_came_instead(value, kind):
    with pytest.raises(CheckFailed, match=f"got {kind}, wanted one number"):
        checks.number(value)


def raises(error):
    def call():
        raise error

    return call


REFUSALS = {
    "returns": (lambda: 5, "got 5 for a bad pair, wanted a ValueError: `raise"),
    "returns the error": (lambda: ValueError("no"), "returned a ValueError .*`raise` it"),
    "asserts": (raises(AssertionError()), "stopped with AssertionError for a bad pair"),
    "says nothing": (raises(ValueError()), "is empty"),
}


@pytest.mark.parametrize(("call", "sentence"), REFUSALS.values(), ids=REFUSALS)
def test_an_input_that_is_not_refused_with_a_reason_is_told(call, sentence):
    with pytest.raises(CheckFailed, match=sentence):
        checks.refuses(call, "a bad pair")


def test_a_refusal_with_a_reason_passes_and_a_stub_stays_a_stub():
    checks.refuses(raises(ValueError("two are too few")), "a bad pair")
    with pytest.raises(NotImplementedError):
        checks.refuses(raises(NotImplementedError()), "a bad pair")


def test_a_plain_number_in_the_place_of_a_loss_is_told_that_it_cuts_the_gradient():
    with pytest.raises(CheckFailed, match="`item` and `float` cut gradients"):
        checks.same_shape(0.5, (), "one number")


@pytest.mark.parametrize("answer", [lambda x: 2 * x, lambda x: x + x])
def test_two_different_right_answers_pass_with_one_line_and_are_recorded(answer, capsys):
    double(answer)
    assert capsys.readouterr().out == "07-double: well done, every check passed\n"
    assert progress.read()["07-double"]["passed"]


@pytest.mark.parametrize(
    ("got", "wanted", "equal"),
    [
        (1.00001, 1.0, True),
        (1.1, 1.0, False),
        ("a", "a", True),
        ("a", "b", False),
        (torch.ones(2, requires_grad=True), torch.ones(2), True),
        (True, True, True),
        ([1, 2], [1, 3], False),
    ],
)
def test_same_compares_tensors_numbers_and_words(got, wanted, equal):
    if equal:
        checks.same(got, wanted, "look there")
    else:
        with pytest.raises(CheckFailed, match="look there"):
            checks.same(got, wanted, "look there")


def test_a_long_value_is_shortened():
    with pytest.raises(CheckFailed) as failed:
        checks.same(torch.zeros(100), torch.ones(100), "look")
    assert len(str(failed.value)) < 360


def test_jupyter_shows_the_sentence_and_no_traceback(tmp_path, monkeypatch):
    import nbformat
    from nbclient import NotebookClient

    cells = [
        "from labkit.course import check as checks\n\n@checks.check('07-one')\n"
        "def one(answer):\n    checks.same(answer(), 1, 'return one')\n",
        "def mine():\n    return 2\n\none(mine)",
    ]
    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(text) for text in cells])
    NotebookClient(notebook, timeout=60, kernel_name="python3", allow_errors=True).execute()
    (output,) = notebook.cells[1].outputs
    assert output.output_type == "error"
    assert output.traceback == ["not yet right: got 2, wanted 1: return one"]


def test_a_long_failure_is_shown_in_lines_that_end_between_words():
    words = 'it was divided by the classes too: `reduction="batchmean"` is what the formula says'
    lines = CheckFailed(words)._render_traceback_()
    assert len(lines) == 2
    assert max(map(len, lines)) <= 54
    assert " ".join(lines) == words


def test_long_values_stand_behind_the_advice():
    with pytest.raises(CheckFailed, match=r"^look there\. Values: got .* wanted "):
        checks.same(torch.rand(12, 12), torch.ones(12, 12), "look there")


def test_a_numpy_array_is_told_from_a_tensor():
    with pytest.raises(CheckFailed, match="numpy array, wanted a torch tensor"):
        double(lambda x: 2 * x.numpy())


def test_a_pass_is_a_green_line_with_a_tick_in_a_notebook():
    shown = checks.Passed("07-<double>")._repr_html_()
    assert "✓" in shown
    assert "07-&lt;double&gt;: well done" in shown
    ink, paper = re.search(r"background:(#\w+);color:(#\w+)", shown).groups()
    assert contrast(ink, paper) > 7


def contrast(one, other):
    """How far two colours are apart, by the formula of WCAG 2: from 1 to 21."""

    def light(colour):
        parts = [int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5)]
        linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in parts]
        return sum(weight * c for weight, c in zip((0.2126, 0.7152, 0.0722), linear, strict=True))

    low, high = sorted((light(one), light(other)))
    return (high + 0.05) / (low + 0.05)


def test_a_pair_is_two_numbers_or_a_sentence_that_says_what_to_return():
    assert checks.pair((1, torch.tensor(2.0)), "first, second") == (1.0, 2.0)
    for wrong in (1.0, (1, 2, 3), ("a", 2)):
        with pytest.raises(CheckFailed, match="wanted two numbers: `return first, second`"):
            checks.pair(wrong, "first, second")
