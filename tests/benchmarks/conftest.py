"""Before any test imports transformers: see torchvision_names."""

from tests.benchmarks import torchvision_names

torchvision_names.declare()
