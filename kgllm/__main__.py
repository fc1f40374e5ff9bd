"""`python -m kgllm …`: the command line."""

from __future__ import annotations

import sys


def main() -> int:
    """Run the command line and return its exit code."""
    try:
        from kgllm.cli import main as run

        return run()
    except KeyboardInterrupt:  # before a command began, which says so itself
        return 130


if __name__ == "__main__":
    sys.exit(main())
