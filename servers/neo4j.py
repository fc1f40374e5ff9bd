"""Neo4j Community, the real server, from its Java archives.

python -m servers.neo4j [--version 2026.09.0]     runs until Ctrl-C, and says where it is and the password
"""

from __future__ import annotations

import argparse
import os
import secrets
import shutil
import socket
import subprocess
import tempfile
from pathlib import Path

from servers.java import CACHE, NoJavaError, Program, free_port

LTS, CURRENT = "5.26.12", "2026.09.0"
VERSION = "KGLLM_NEO4J_VERSION"  # the environment variable that chooses, where nothing else does
# Soon warm, never fast: for tests. With one compiler Java keeps 48 MB for code, which a server that runs many tests fills ("Out of space
# in CodeCache for adapters").
_QUICK = ("-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "-XX:ReservedCodeCacheSize=160m")
_POM = """<project xmlns="http://maven.apache.org/POM/4.0.0"><modelVersion>4.0.0</modelVersion>
<groupId>kgllm</groupId><artifactId>neo4j-server</artifactId><version>1</version>
<dependencies><dependency><groupId>org.neo4j</groupId><artifactId>neo4j</artifactId><version>{version}</version></dependency></dependencies>
</project>"""


def archives(version: str) -> Path:
    """The folder of the server's archives, fetched by Maven once and kept."""
    if shutil.which("mvn") is None:
        raise NoJavaError("mvn is not installed")
    folder = CACHE / f"neo4j-{version}"
    if not (folder / "lib").is_dir():
        scratch = CACHE / f".neo4j-{version}-{os.getpid()}"
        scratch.mkdir(parents=True, exist_ok=True)
        (scratch / "pom.xml").write_text(_POM.format(version=version))
        command = ["mvn", "-q", "-B", "dependency:copy-dependencies", f"-DoutputDirectory={scratch / 'lib'}"]
        done = subprocess.run(command, check=False, cwd=scratch, capture_output=True, text=True, timeout=600)
        if done.returncode:
            raise NoJavaError(f"Maven cannot have neo4j {version}: {done.stdout[-400:]}")
        try:
            os.replace(scratch, folder)
        except OSError:  # another process was faster
            shutil.rmtree(scratch, ignore_errors=True)
    return folder / "lib"


def java(least: int) -> str:
    """A Java that is new enough: the one on the path, or one beside it.

    Raises:
        NoJavaError: there is none.
    """
    places = [shutil.which("java") or "", *(str(one / "bin/java") for one in sorted(Path("/usr/lib/jvm").glob("*")))]
    for place in places:
        if place and Path(place).exists():
            said = subprocess.run([place, "-version"], check=False, capture_output=True, text=True, timeout=60).stderr
            version = said.partition('version "')[2].partition(".")[0].strip('"\n ')
            if version[:2].isdecimal() and int(version[:2]) >= least:
                return place
    raise NoJavaError(f"Java {least} or later is not installed")


class Neo4j:
    """A running server: `version`, `address`, `auth`. `stop` ends it and drops its data; `program` and `start` are for those who try faults."""

    def __init__(self, version: str | None = None, *, port: int | None = None, memory: str = "1g", quick: bool = False) -> None:
        version = version or os.environ.get(VERSION) or LTS
        lib = archives(version)
        program = java(17 if version.startswith("5.") else 25)
        self.folder = Path(tempfile.mkdtemp(prefix="kgllm-neo4j-"))
        (self.folder / "conf").mkdir()
        self.port = port or free_port()
        self.version, self.address = version, f"bolt://127.0.0.1:{self.port}"
        self.auth = ("neo4j", secrets.token_hex(12))  # never begins with a dash, which would read as an option
        self._env = {"NEO4J_HOME": str(self.folder), "NEO4J_CONF": str(self.folder / "conf")}
        classes = f"{lib}/*"
        command = [program, "-cp", classes, "org.neo4j.cli.AdminTool", "dbms", "set-initial-password", self.auth[1]]
        done = subprocess.run(command, check=False, capture_output=True, text=True, timeout=120, env={**os.environ, **self._env})
        if done.returncode:
            raise RuntimeError(f"neo4j {version} takes no password: {done.stderr[-400:]}")
        source = Path(__file__).with_name("Neo4jServer.java")
        self._command = [program, f"-Xmx{memory}", *_QUICK[: 2 * quick], "-cp", classes, str(source), str(self.folder), str(self.port)]
        self.start()

    def start(self) -> None:
        """Start, or start again with the same data."""
        self.program = Program(self._command, self.folder, ready=self._answers, env=self._env, seconds=120)

    @property
    def pid(self) -> int:
        return self.program.process.pid

    def stop(self) -> None:
        """End the server, and drop its data."""
        self.program.stop()
        shutil.rmtree(self.folder, ignore_errors=True)

    def _answers(self) -> bool:
        try:
            with socket.create_connection(("127.0.0.1", self.port), timeout=1) as probe:
                probe.sendall(b"\x60\x60\xb0\x17\x00\x00\x01\x05" + bytes(12))  # Bolt's greeting: the server answers when it is up
                return len(probe.recv(4)) == 4
        except OSError:
            return False


def main() -> None:
    """Run until Ctrl-C."""
    parser = argparse.ArgumentParser(prog="python -m servers.neo4j", description="A Neo4j server on loopback, until Ctrl-C.")
    parser.add_argument("--version", help=f"{LTS} (LTS, Java 17) or {CURRENT} (current, Java 25); ${VERSION}, else the LTS, where not said")
    parser.add_argument("--port", type=int, help="a free one where not said")
    asked = parser.parse_args()
    server = Neo4j(asked.version, port=asked.port)
    try:
        print(f'{server.address}  auth=("neo4j", "{server.auth[1]}")\nCtrl-C ends it and drops its data', flush=True)
        server.program.process.wait()
    except KeyboardInterrupt:
        pass
    finally:
        server.stop()


if __name__ == "__main__":
    main()
