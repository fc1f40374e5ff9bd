"""Ask a networkx graph: parallel edges stay, node attributes are facts, and the evidence comes back as a networkx graph.

python examples/from_networkx.py
"""

from __future__ import annotations

import networkx as nx

import kgllm


def graph() -> nx.MultiDiGraph:
    made = nx.MultiDiGraph()
    made.add_node("p1", name="Christopher Nolan", aliases=["诺兰"], type="person", born=1970)
    made.add_node("f1", name="Memento", type="film")
    made.add_node("f2", name="Inception", type="film")
    made.add_edge("f1", "p1", relation="directed by")
    made.add_edge("f1", "p1", relation="written by")
    made.add_edge("f2", "p1", relation="directed by")
    return made


def main() -> None:
    qa = kgllm.GraphQA(kgllm.load(graph()))
    for question in ("Who wrote Memento?", "Which films were directed by Christopher Nolan?", "When was Christopher Nolan born?"):
        answer = qa.ask(question)
        print(f"{question}  {answer.text}")
    found = qa.retrieve("Who directed Memento?").to_networkx()
    print(f"evidence: {found.number_of_nodes()} nodes, {found.number_of_edges()} edges")


if __name__ == "__main__":
    main()
