"""Apache Jena Fuseki, a SPARQL 1.1 endpoint, from its Java archive.

python -m servers.fuseki [FILE]     serves FILE (any RDF syntax; nothing without) until Ctrl-C
"""

from __future__ import annotations

import argparse
import shutil
import tempfile
import urllib.error
import urllib.request
from pathlib import Path
from urllib.parse import urlencode

from servers.java import Program, archive, free_port

COORDINATES = "org.apache.jena:jena-fuseki-server:5.6.0"
_OPENER = urllib.request.build_opener(urllib.request.ProxyHandler({}))


class Fuseki:
    """A running server. `add` makes a data set in memory and gives the address of its queries; `stop` ends everything.

    quick: soon warm, never fast: for tests.
    """

    def __init__(self, *, port: int | None = None, memory: str = "2g", quick: bool = True) -> None:
        jar = archive(COORDINATES)
        self.folder = Path(tempfile.mkdtemp(prefix="kgllm-fuseki-"))
        self.port = port or free_port()
        self.memory, self._sets = memory, 0
        options = [f"-Xmx{memory}", *(("-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1") if quick else ())]
        self._command = ["java", *options, "-jar", str(jar), "--port", str(self.port), "--localhost"]
        self.start()

    def start(self) -> None:
        """Start, or start again after `program.stop()`: the data sets are there again, those in memory empty."""
        self.program = Program(self._command, self.folder, ready=self._answers, env={"FUSEKI_BASE": str(self.folder / "base")})

    def add(self, data: bytes, kind: str = "application/n-quads", *, name: str = "") -> str:
        """A data set of these statements: the address of its queries, as `kgllm.load` takes it."""
        self._sets += 1
        name = name or f"d{self._sets}"
        self._post("/$/datasets", urlencode({"dbName": name, "dbType": "mem"}).encode(), "application/x-www-form-urlencoded")
        url = f"sparql+http://127.0.0.1:{self.port}/{name}/sparql"
        if data:
            self.fill(url, data, kind)
        return url

    def fill(self, url: str, data: bytes, kind: str = "application/n-quads") -> None:
        """Add statements to a data set."""
        self._post("/" + url.split("/")[-2] + "/data", data, kind)

    def remove(self, url: str) -> None:
        """Drop a data set."""
        name = url.split("/")[-2]
        request = urllib.request.Request(f"http://127.0.0.1:{self.port}/$/datasets/{name}", method="DELETE")
        _OPENER.open(request, timeout=60).close()

    def update(self, url: str, text: str) -> None:
        """Change a data set, as somebody else may."""
        self._post("/" + url.split("/")[-2] + "/update", text.encode(), "application/sparql-update")

    def stop(self) -> None:
        """End the server, and drop its folder."""
        self.program.stop()
        shutil.rmtree(self.folder, ignore_errors=True)

    def _post(self, path: str, data: bytes, kind: str) -> None:
        request = urllib.request.Request(f"http://127.0.0.1:{self.port}{path}", data, {"Content-Type": kind}, method="POST")
        _OPENER.open(request, timeout=300).close()

    def _answers(self) -> bool:
        try:
            _OPENER.open(f"http://127.0.0.1:{self.port}/$/ping", timeout=2).close()
        except (OSError, urllib.error.URLError):
            return False
        return True


_KINDS = {".ttl": "text/turtle", ".nt": "application/n-triples", ".nq": "application/n-quads", ".trig": "application/trig",
          ".rdf": "application/rdf+xml", ".owl": "application/rdf+xml", ".jsonld": "application/ld+json"}  # fmt: skip


def main() -> None:
    """Serve a file until Ctrl-C."""
    parser = argparse.ArgumentParser(prog="python -m servers.fuseki", description="A SPARQL endpoint on loopback, until Ctrl-C.")
    parser.add_argument("file", nargs="?", type=Path, help="what it serves")
    parser.add_argument("--port", type=int, help="a free one where not said")
    asked = parser.parse_args()
    server = Fuseki(port=asked.port)
    try:
        url = server.add(asked.file.read_bytes() if asked.file else b"", _KINDS.get(asked.file.suffix, "") if asked.file else "", name="ds")
        print(f"{url}\nCtrl-C ends it", flush=True)
        server.program.process.wait()
    except KeyboardInterrupt:
        pass
    finally:
        server.stop()


if __name__ == "__main__":
    main()
