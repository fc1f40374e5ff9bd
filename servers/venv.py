"""An environment of its own for what is too heavy, or too much at odds with others, for `.venv`: python -m servers.venv ray

It is made by uv under .cache/envs, once for the same packages; those marked hold kgllm itself too, as this checkout is.
"""

from __future__ import annotations

import hashlib
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
ENVS = ROOT / ".cache" / "envs"
KGLLM = f"-e{ROOT}"
KNOWN = {  # an engine of examples/, with kgllm beside it
    "ray": ("ray[data]==2.60.0", KGLLM),
    "llamafactory": ("llamafactory==0.9.5", "torch==2.11.0", "torchvision==0.26.0", "torchaudio==2.11.0"),  # 6 GB: made when asked for
    "spark": ("pyspark==4.3.0", "pandas>=2.2,<3", "pyarrow", KGLLM),  # pyspark 4.3 warns of pandas 3
}


class NoEnvironmentError(RuntimeError):
    """The packages cannot be had: why, in words."""


def environment(name: str, packages: tuple[str, ...] | None = None, *, folder: Path = ENVS, make: bool = True) -> Path:
    """The Python of an environment that holds the packages. Versions are those of constraints.txt, but for packages with their own; beside
    packages of others, whose needs are theirs, only for what is named here.

    Raises:
        NoEnvironmentError: uv is missing, the registry does not give them, or it is not there and not to be made.
    """
    packages = KNOWN[name] if packages is None else packages
    own = {re.split(r"[\[<>=]", package)[0].lower() for package in packages if re.search("[<>=]", package)}
    lines = (ROOT / "constraints.txt").read_text(encoding="utf-8").splitlines()
    known = {line.partition("==")[0].lower(): line for line in lines}
    versions = "\n".join(line for name, line in known.items() if name not in own and (KGLLM in packages or name in packages))
    told = hashlib.blake2b("\n".join((sys.version, *packages, versions)).encode(), digest_size=6).hexdigest()
    env = folder / f"{name}-{told}"
    python = env / "bin" / "python"
    if (env / "ready").exists():
        return python
    if not make:
        raise NoEnvironmentError(f"it is large and not made by itself: python -m servers.venv {name}")
    _uv("venv", "--clear", "--python", sys.executable, str(env))
    (env / "constraints.txt").write_text(versions, encoding="utf-8")
    _uv("pip", "install", "--python", str(python), "--constraint", str(env / "constraints.txt"), *packages)
    (env / "ready").touch()
    return python


def _uv(*words: str) -> None:
    beside = Path(sys.executable).with_name("uv")
    command = str(beside) if beside.exists() else shutil.which("uv")
    if command is None:
        raise NoEnvironmentError("uv is not installed: make setup")
    done = subprocess.run([command, *words, "--quiet"], check=False, capture_output=True, text=True, timeout=900, cwd=ROOT)
    if done.returncode:
        raise NoEnvironmentError(f"uv {' '.join(words)}: {done.stderr.strip()[-600:]}")


def main(names: list[str]) -> int:
    """Make the environments named, and print their Pythons."""
    if not names:
        print(f"python -m servers.venv NAME …: {', '.join(KNOWN)}", file=sys.stderr)
        return 2
    for name in names:
        if name not in KNOWN:
            print(f"no environment {name!r}; there are: {', '.join(KNOWN)}", file=sys.stderr)
            return 2
        print(os.fspath(environment(name)))
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
