"""The ladder as bars."""

from labkit.experiments.ladder.pictures import save
from tests.helpers.rungs import made


def test_the_picture_is_a_picture(tmp_path):
    rungs = made("majority", [0.2]) + made("student_kd", [0.8, 0.9]) + made("teacher", [0.95])
    save(rungs, tmp_path / "ladder.png")
    assert (tmp_path / "ladder.png").read_bytes().startswith(b"\x89PNG")
