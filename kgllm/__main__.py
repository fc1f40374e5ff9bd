"""`python -m kgllm …`: the command line."""

from __future__ import annotations

import sys


def main() -> int:
    """Run the command line and return its exit code."""
    from kgllm.cli import main as run

    return run()


if __name__ == "__main__":
    sys.exit(main())
