from labkit.data import study
from labkit.experiments.own_student.data_checks import data_report
from tests.helpers import tiny
from tests.helpers.own.tiny_own import write_table


def test_repeated_contradictory_and_shared_texts_are_counted(tmp_path):
    texts, labels = tiny.texts(60)
    folder = tmp_path / "mine"
    folder.mkdir()
    again = [texts[0], texts[0], texts[1]]
    write_table(folder / "train.csv", [*texts, *again], [*labels, labels[0], 2 - labels[0], 0])
    # ten of them, since a tenth of train becomes validation
    near = [f"{text}!" for text in texts[10:20]]
    test = [texts[7].upper(), *near, *(f"other {n}" for n in range(11))]
    write_table(folder / "test.csv", test, [0, 1, 2] * 7 + [0])
    found = data_report(folder, study(folder))
    assert found.repeated >= 3 and found.conflicts >= 1
    assert found.leaks >= 1 and found.near_leaks >= 5
    assert found.published == {"train": 63, "test": 22}
    assert sum(found.classes.values()) == found.used["train"]


def test_each_count_is_that_of_the_rows(tmp_path):
    """Everything by hand: hidden labels are no conflict, texts of signs alone are no leak."""
    texts, labels = tiny.texts(60)
    folder = tmp_path / "mine"
    folder.mkdir()
    names = [f"c{label}" for label in labels]
    write_table(
        folder / "train.csv", [*texts, texts[0], texts[0], "?!"], [*names, "c0", "c1", "c1"]
    )
    held = [texts[1], texts[2], "...", f"{texts[5]} -", *(f"more {n}" for n in range(8))]
    write_table(folder / "validation.csv", [f"held {n}" for n in range(6)], names[:6])
    write_table(folder / "test.csv", held, [*names[1:3], "c0", "c0", *names[:7], ""])
    found = data_report(folder, study(folder))
    assert (found.repeated, found.conflicts, found.leaks) == (
        len(texts) - len(set(texts)) + 2,
        1,
        2,
    )
    assert found.near_leaks == 1
