from labkit.notices import one_line, say


def test_a_line_goes_to_standard_error_and_the_same_one_only_once(capsys):
    for _ in range(2):
        say("3 rows of test_notices have no label")
    shown = capsys.readouterr()
    assert shown.err == "labkit: 3 rows of test_notices have no label\n"
    assert shown.out == ""


def test_a_name_with_a_line_break_stays_on_one_line():
    assert one_line("a\nb\x1b[31mc\ud83d é") == "a?b?[31mc? é"
