"""Run benchmarks by name, or all that need no options: `python -m benchmarks [NAME …] [-- OPTIONS]`. Each prints its tables."""

from __future__ import annotations

import importlib
import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent


def names() -> list[str]:
    """The benchmarks: every module of this folder with a `main(arguments)`."""
    modules = (path for path in HERE.glob("*.py") if not path.stem.startswith("_"))
    return sorted(path.stem for path in modules if "\ndef main(" in path.read_text(encoding="utf-8"))


def main(arguments: list[str]) -> int:
    cut = arguments.index("--") if "--" in arguments else len(arguments)
    wanted, options = arguments[:cut], arguments[cut + 1 :]
    unknown = [name for name in wanted if name not in names()]
    if unknown or not names():
        print(f"no benchmark {', '.join(unknown) or 'is here'}; there are: {', '.join(names())}", file=sys.stderr)
        return 2
    failed = []
    for name in wanted or names():
        print(f"\n## {name}\n", flush=True)
        needs = getattr(importlib.import_module(f"benchmarks.{name}"), "NEEDS", None)
        if needs and not wanted:
            print(f"left out: it needs {needs}")
            continue
        if importlib.import_module(f"benchmarks.{name}").main(options):
            failed.append(name)
    if failed:
        print(f"failed: {', '.join(failed)}", file=sys.stderr)
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
