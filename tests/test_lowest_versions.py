from tests.helpers.lowest_versions import lowest


def test_each_lower_bound_becomes_an_exact_version_and_upper_bounds_none():
    project = {
        "dependencies": ["torch>=2.6", "jupyterlab>=4.2,<5", "one==3"],
        "optional-dependencies": {"test": ["pytest>=8,<10"], "site": []},
    }
    assert lowest(project) == ["torch==2.6", "jupyterlab==4.2", "pytest==8"]
