"""Bring your own Neo4j: python examples/neo4j_yours.py neo4j://localhost:7687 neo4j PASSWORD "When was Keanu Reeves born?" """

from __future__ import annotations

import sys

import kgllm


def main(arguments: list[str]) -> int:
    if len(arguments) != 4:
        print(__doc__)
        return 0
    address, user, password, question = arguments
    with kgllm.load(address, auth=(user, password)) as graph:
        print(graph, *graph.notes, sep="\n")
        answer = kgllm.GraphQA(graph).ask(question)
        print(answer.text, *answer.facts, sep="\n  ")
        print(*graph.notifications, sep="\n")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
