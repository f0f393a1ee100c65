"""The picture of the prompt distillation."""

from labkit.experiments.llm_prompt.picture import picture, save
from tests.helpers.llm.made_prompts import made


def test_the_alt_text_has_the_numbers_and_each_kind_of_question_its_panel(tmp_path):
    found = picture(made())
    assert "no prompt, after SeqKD 0.71" in found.alt and len(found.figure.axes) == 2
    assert found.figure.axes[0].get_ylabel()
    assert save(tmp_path / "a.png", made()).exists()
