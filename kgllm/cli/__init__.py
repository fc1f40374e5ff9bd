"""The command line: `kgllm compile | stats | link | retrieve | ask | explain | eval`, the graph first.

app                      the commands; errors become messages and exit codes there
learning, tuning         those that write questions and learn, and those of tuning
options, sources         what several commands share, and what they read
output, render           what they print

Exit codes, the same for every command:

| code | meaning |
|---|---|
| 0 | done; for `ask`, `link`, `retrieve` and `explain`: something was found; for `ask --batch`: at least one question was answered, or there was none |
| 1 | done, and nothing was found: abstained, every question of a `--batch` failed or was abstained on, nothing linked, no facts, the gold answer was lost, or a plan that does not fit |
| 2 | bad input: an unknown option, an empty question, a file that is not there or cannot be read, a setting that cannot be, a missing extra |
| 3 | something did not answer in time or went away; the same command may work later |
| 4 | a language model failed |
| 130 | interrupted |

With `--json`, stdout holds one JSON document and nothing else; progress and errors go to stderr.
"""

from __future__ import annotations

from collections.abc import Sequence


def main(args: Sequence[str] | None = None) -> int:
    """Run one command and return its exit code. `args`: without the program's name; None: the process's own."""
    import io
    import logging
    import sys

    from kgllm.cli.app import app

    for stream in (sys.stdout, sys.stderr):  # a terminal that has no → shows its escape
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")
    logging.getLogger("kgllm").addHandler(logging.NullHandler())  # what readers log, commands tell themselves
    try:
        app(args=None if args is None else list(args), prog_name="kgllm")
    except SystemExit as end:
        return end.code if isinstance(end.code, int) else 1
    except OSError as error:  # the help of a command goes to a full disk or a closed pipe
        sys.stderr.write(f"error: {error.strerror or error}\n")
        return 2
    return 0
