"""Ask a graph of four facts, in English and in Chinese. No model is needed: the answer is the end of the best path.

python examples/ask.py
"""

from __future__ import annotations

import kgllm

FACTS = [
    ("Inception", "directed by", "Christopher Nolan"),
    ("Memento", "directed by", "Christopher Nolan"),
    ("Memento", "release year", "2000"),
    ("流浪地球", "导演", "郭帆"),
]


def main() -> None:
    qa = kgllm.GraphQA(kgllm.load(FACTS))
    for question in ("Who directed Memento?", "Which films did Christopher Nolan direct?", "流浪地球的导演是谁？", "Who wrote Memento?"):
        answer = qa.ask(question)
        print(question)
        print("  abstained:" if answer.abstained else " ", answer.reason if answer.abstained else answer.text)
        for number, fact in enumerate(answer.facts, 1):
            print(f"    [{number}] {fact}")


if __name__ == "__main__":
    main()
