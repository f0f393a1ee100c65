"""How tests of many made-up inputs are run: the same inputs on every machine and each time."""

from hypothesis import HealthCheck, settings

many = settings(
    max_examples=200,
    derandomize=True,
    deadline=None,
    database=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture],
)
