"""Made-up texts in the place of the two data sets whose words the word task takes."""

import csv
import itertools
from pathlib import Path

CLASSES = {"trec": ("ABBR", "ENTY", "DESC", "HUM", "LOC", "NUM"), "movies5": tuple("01234")}


def write_words(folder: Path) -> None:
    """A folder for LABKIT_DATA with 240 words of four letters in each set."""
    words = ["".join(letters) for letters in itertools.product("abcdefgh", repeat=4)]
    for name, classes in CLASSES.items():
        (folder / name).mkdir(parents=True)
        with (folder / name / "train.csv").open("w", newline="", encoding="utf-8") as file:
            table = csv.writer(file)
            table.writerow(("text", "label"))
            for row in range(60):
                text = " ".join(words[4 * row : 4 * row + 4])
                table.writerow((text, classes[row % len(classes)]))
