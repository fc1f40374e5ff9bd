"""Any function is a language model: a list of prompts in, a list of texts out. What it cites and claims is checked.

python examples/own_model.py
"""

from __future__ import annotations

import kgllm

FACTS = [("Inception", "directed by", "Christopher Nolan"), ("Inception", "release year", "2010")]


def honest(prompts: list[str]) -> list[str]:
    return ["It was directed by Christopher Nolan [1]." for _ in prompts]


def inventive(prompts: list[str]) -> list[str]:
    return ["Steven Spielberg made it [7]." for _ in prompts]


def main() -> None:
    graph = kgllm.load(FACTS)
    for model in (honest, inventive):
        answer = kgllm.GraphQA(graph, llm=model).ask("Who directed Inception?")
        print(f"{model.__name__}: {answer.text}")
        for citation in answer.citations:
            print(f"  [{citation.id}] {citation.fact if citation.served else 'was never served'}")
        if answer.unsupported:
            print(f"  not in the evidence: {', '.join(answer.unsupported)}")
        print(f"  confidence {answer.confidence:.2f}")


if __name__ == "__main__":
    main()
