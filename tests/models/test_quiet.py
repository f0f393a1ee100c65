from transformers.utils import logging

from labkit.models.quiet import quiet_loading
from tests.helpers import tiny


def test_nothing_is_printed_and_the_settings_come_back(tmp_path, capfd):
    model = tiny.bert()
    before = logging.get_verbosity(), logging.is_progress_bar_enabled()
    with quiet_loading():
        model.bert.save_pretrained(tmp_path)
        type(model).from_pretrained(tmp_path)
    assert (logging.get_verbosity(), logging.is_progress_bar_enabled()) == before
    assert capfd.readouterr() == ("", "")
