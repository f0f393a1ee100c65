"""Matrices and t-SNE pictures carry their numbers, in the title and in words."""

import torch

from labkit.experiments.frozen_fits import pictures
from labkit.experiments.online.facts import spaces
from tests.helpers.online import made_fits

NAMES = ("one", "two", "three")


def some():
    made = made_fits.features()
    found = {name: spaces.Space(made.train, made.test) for name in (*pictures.IN_README, "AE")}
    return made, found, spaces.twins(made, found)


def test_each_matrix_has_its_number_and_a_grey_diagonal():
    _, found, numbers = some()
    picture = pictures.matrices(found, numbers)
    first = picture.figure.axes[0]
    assert first.get_title().startswith("original\nmean |r| ")
    shown = first.images[0].get_array()
    assert shown.mask.diagonal().all() and shown.mask.sum() == len(shown)
    assert first.images[0].get_clim() == (-1, 1)
    assert "Independent dimensions would show 0.10" in picture.alt
    assert picture.alt.count(" to ") == len(found)


def test_a_strip_has_a_row_for_each_space_and_the_legend_names_every_class():
    made, found, _ = some()
    two = {name: found[name] for name in ("original", "VAE 0.005")}
    picture = pictures.strip(two, made.test_labels, NAMES, (5.0, 10.0), rows=40)
    assert len(picture.figure.axes) == 4
    assert "perplexity 5, silhouette" in picture.figure.axes[0].get_title()
    assert [text.get_text() for text in picture.figure.legends[0].get_texts()] == list(NAMES)
    assert "VAE 0.005: " in picture.alt and " at 10" in picture.alt


def test_the_pictures_of_the_readme_are_written(tmp_path, monkeypatch):
    made, found, numbers = some()
    monkeypatch.setattr(pictures, "PERPLEXITIES", (5.0,))
    monkeypatch.setattr(pictures, "strip", lambda *_: pictures.matrices(found, numbers))
    files = pictures.save(tmp_path, made, found, numbers, NAMES)
    assert [file.name for file in files] == ["frozen_matrices.png", "frozen_tsne.png"]
    assert all(file.read_bytes().startswith(b"\x89PNG") for file in files)


def test_correlations_are_drawn_as_they_are():
    from matplotlib.figure import Figure

    matrix = torch.tensor([[1.0, -0.5], [-0.5, 1.0]])
    image = pictures.correlations(Figure().subplots(), matrix)
    assert image.get_array()[0, 1] == -0.5
