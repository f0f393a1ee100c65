import pytest

from labkit.experiments.trial import Trial


def test_the_labels_get_what_the_other_weights_leave():
    assert Trial("sst5", "stage_two", kd=0.9, gan=0.1).ce == 0
    assert Trial("sst5", "stage_two", kd=0.3, gan=0.2).ce == pytest.approx(0.5)


@pytest.mark.parametrize(("kd", "gan"), [(0.9, 0.2), (-0.1, 0.1), (0.1, 1.1)])
def test_impossible_weights_are_refused(kd, gan):
    with pytest.raises(ValueError, match=r"got"):
        Trial("sst5", "stage_two", kd=kd, gan=gan)
