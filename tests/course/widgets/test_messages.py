"""Messages of a panel: spoken, harmless, whole."""

import pytest

from labkit.course.widgets.messages import alert, result, status_line


@pytest.mark.parametrize(("make", "role"), [(alert, "alert"), (result, "status")])
def test_html_in_a_message_is_shown_as_text(make, role):
    line = make("<script>x()</script> & 'a'")
    assert "<script>" not in line
    assert "&lt;script&gt;x()&lt;/script&gt; &amp;" in line
    assert f'role="{role}"' in line


def test_a_message_breaks_between_words_only():
    assert "overflow-wrap:normal;word-break:normal" in alert('reduction="batchmean"')


def test_an_empty_line_is_as_high_as_a_full_one():
    line = status_line()
    assert (line.value, line.layout.min_height) == ("", "28px")
