"""Java archives by Maven, and a Java program that is started and ended."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

CACHE = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "kgllm" / "servers"


class NoJavaError(RuntimeError):
    """Java or Maven is missing, or an archive cannot be had: why, in words."""


def archive(coordinates: str) -> Path:
    """The archive "group:artifact:version", fetched by Maven once and kept.

    Raises:
        NoJavaError: as said.
    """
    for program in ("java", "mvn"):
        if shutil.which(program) is None:
            raise NoJavaError(f"{program} is not installed")
    _, artifact, version = coordinates.split(":")
    path = CACHE / f"{artifact}-{version}.jar"
    if not path.exists():
        CACHE.mkdir(parents=True, exist_ok=True)
        scratch = CACHE / f".{os.getpid()}"
        command = ["mvn", "-q", "-B", "dependency:copy", f"-Dartifact={coordinates}", f"-DoutputDirectory={scratch}"]
        done = subprocess.run(command, check=False, capture_output=True, text=True, timeout=600)
        fetched = scratch / path.name
        if done.returncode or not fetched.exists():
            raise NoJavaError(f"Maven cannot have {coordinates}: {done.stdout[-400:]}")
        os.replace(fetched, path)
        shutil.rmtree(scratch, ignore_errors=True)
    return path


def free_port() -> int:
    """A port of loopback that is free now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


class Program:
    """A program that runs until it is stopped; what it says is kept in a file.

    ready: whether it can be asked. seconds: how long it may take until then.
    """

    def __init__(
        self, command: Sequence[str], folder: Path, *, ready: Callable[[], bool], env: Mapping[str, str], seconds: float = 60
    ) -> None:
        self.log = folder / "server.log"
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(
                command, cwd=folder, stdout=log, stderr=log, stdin=subprocess.DEVNULL, env={**os.environ, **env}
            )
        end = time.monotonic() + seconds
        while not ready():
            if self.process.poll() is not None or time.monotonic() > end:
                self.stop()
                raise RuntimeError(f"{command[0]} did not start: {self.log.read_text(errors='replace')[-800:]}")
            time.sleep(0.1)

    def stop(self) -> None:
        """End it, by force where it does not go."""
        self.process.terminate()
        try:
            self.process.wait(10)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait(10)
