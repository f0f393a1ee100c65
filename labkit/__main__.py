"""Lets `python -m labkit` do what the command `labkit` does."""

import sys

from labkit.cli.main import main

if __name__ == "__main__":
    sys.exit(main())
