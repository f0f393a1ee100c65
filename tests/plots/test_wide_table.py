import pandas as pd

from labkit.plots.wide_table import as_html


def test_a_wide_table_takes_the_focus_and_shows_every_cell_whole():
    long = "a long sentence " * 20
    made = as_html(pd.DataFrame({"claim": [long], "ours": [1.0]}), 'the "claims"')
    assert 'tabindex="0"' in made
    assert long.strip() in made
    assert 'aria-label="the &quot;claims&quot;"' in made


def test_the_names_of_the_rows_are_shown_unless_they_are_not_wanted():
    frame = pd.DataFrame({"ours": [1.0]}, index=["the row"])
    assert "the row" in as_html(frame, "rows")
    assert "the row" not in as_html(frame, "rows", index=False)


def test_headings_and_cells_begin_at_the_left():
    made = as_html(pd.DataFrame({"ours": [1.0]}), "rows")
    assert "<th>" not in made and "<td>" not in made
    assert made.count("text-align:left") == 4  # two headings of columns, one row's name, one cell
