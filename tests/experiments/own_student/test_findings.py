import json

from labkit.data import study
from labkit.experiments.own_student.findings import find, plain
from labkit.experiments.own_student.measure import speeds
from labkit.experiments.own_student.plan import Wishes
from labkit.experiments.own_student.workplace import make_floor, workplace
from tests.helpers.own import tiny_own


def floor_alone(folder, monkeypatch):
    """A study whose workplace holds TF-IDF and nothing else, and what is found of it."""
    part = study(tiny_own.put_in_place(monkeypatch, folder))
    place = workplace(part, (), 30.0)
    make_floor(place, part)
    speed = speeds(place.rows(), part.validation["text"])
    return part, find(place, part, speed, Wishes())


def test_the_floor_alone_is_judged_and_every_number_fits_into_json(tmp_path, monkeypatch):
    part, found = floor_alone(tmp_path, monkeypatch)
    said = json.loads(json.dumps(plain(found)))
    assert said["taken"] == "TF-IDF with logistic regression"
    assert said["verdict"].startswith("Take TF-IDF") and said["gain"] is None
    assert sum(map(sum, said["confusion"])) == len(part.test)
    assert sum(one["rows"] for one in said["classes"]) == len(part.test)
    assert found.taken.batch_changes == 0 and found.taken.batch_gap < 1e-5
