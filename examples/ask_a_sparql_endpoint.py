"""Ask a graph behind a SPARQL 1.1 endpoint. Without an address a real Apache Jena Fuseki is started (needs Java and Maven).

python examples/ask_a_sparql_endpoint.py [sparql+https://HOST/PATH QUESTION]

A user and password, or a token, go into the environment variables SPARQL_USER and SPARQL_PASSWORD; never into the address.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path

import kgllm
from kgllm.graphs.rdf.write import quads

FILMS = [
    ("Inception", "directed by", "Christopher Nolan"),
    ("Inception", "starred actors", "Elliot Page"),
    ("Memento", "directed by", "Christopher Nolan"),
    ("流浪地球", "导演", "郭帆"),
]


def ask(address: str, questions: list[str]) -> None:
    """Ask questions of the graph at an address."""
    user = os.environ.get("SPARQL_USER")
    auth = (user, os.environ.get("SPARQL_PASSWORD", "")) if user else None
    with kgllm.load(address, auth=auth, timeout=20) as graph:
        schema = graph.schema()
        print(f"{schema.facts:,} facts, {schema.entities:,} entities, {len(schema.relations):,} relations")
        qa = kgllm.GraphQA(graph)
        for question in questions:
            print(f"{question}  {qa.ask(question).text}")
        rows = graph.query("SELECT ?film WHERE { ?film ?relation ?who }", {"who": kgllm.Entity("Christopher Nolan")})
        print(f"query: {', '.join(sorted(row[0][0].name for row in rows.cells))}")


def main(arguments: list[str]) -> None:
    if arguments:
        ask(arguments[0], arguments[1:])
        return
    sys.path.append(str(Path(__file__).resolve().parent.parent))  # a script's path holds its own folder, not the project's
    from servers.fuseki import Fuseki

    server = Fuseki()
    try:
        data = "".join(quads(kgllm.load(FILMS))).encode()
        ask(server.add(data), ["Who directed Inception?", "Which films were directed by Christopher Nolan?", "流浪地球的导演是谁？"])
    finally:
        server.stop()


if __name__ == "__main__":
    main(sys.argv[1:])
