from labkit.experiments.own_student.page import table


def test_a_text_cannot_break_the_page_and_the_marked_row_stands_out():
    made = table("a < b", ("text",), [("<script>",), ("plain",)], mark=1)
    assert "<script>" not in made and "&lt;script&gt;" in made and "a &lt; b" in made
    assert made.count("class=taken") == 1 and "<tr class=taken><td>plain" in made
