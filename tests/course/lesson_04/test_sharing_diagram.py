"""The diagram copies the layers that the study's own sharing copies."""

import re

from labkit.course.lesson_04 import sharing_diagram


def test_partial_is_everything_but_the_classifier_on_top():
    top = sharing_diagram.LAYERS[-1]
    assert top == "classifier"
    assert sharing_diagram.TAKEN == {"none": 0, "partial": 2, "full": 3}
    assert "partial: word vectors, BiLSTM copied" in sharing_diagram.what_is_shared().alt


def test_fresh_layers_are_dotted_and_copied_ones_are_not():
    parts = sharing_diagram.what_is_shared().parts
    dotted = [part for part in parts if "<rect" in part and 'dasharray="2 4"' in part]
    assert len(dotted) == 3 + 1 + 0
    assert [re.search(r">([a-zA-Z ]+)</text>", part)[1] for part in dotted][-1] == "classifier"
