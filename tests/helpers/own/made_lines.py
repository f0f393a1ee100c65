"""Lines of the report of one's own student, made up."""

from labkit.evaluation.verdict import proportion_interval
from labkit.experiments.own_student.findings import Line
from labkit.experiments.own_student.measure import Speed


def line(name, mib, right, file="", batch_gap=0.0, batch_changes=0):
    """A line with `right` of 100 test texts right."""
    speed = Speed({"1": 10.0, "8": 20.0, "64": 30.0}, 1.0, 2.0, 0.1, 50.0)
    return Line(
        name, "distilled", file, "a setting", 100, 0.9, proportion_interval(right, 100), 0.8, mib,
        speed, 1e-6, batch_gap, batch_changes,
    )  # fmt: skip
