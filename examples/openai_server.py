"""Answers worded by any OpenAI-compatible server, such as `transformers serve FOLDER --port 8000 --device cpu`.

python examples/openai_server.py BASE_URL MODEL [QUESTION]     (the key, where one is needed, in OPENAI_API_KEY)
"""

from __future__ import annotations

import os
import sys

import kgllm
from kgllm.llms.openai import OpenAILLM


def main(base_url: str, model: str, question: str = "Which NVIDIA card is the Ascend 910B the counterpart of?") -> None:
    llm = OpenAILLM(model, base_url=base_url, api_key=os.environ.get("OPENAI_API_KEY", "none"), timeout=60)
    qa = kgllm.GraphQA(kgllm.datasets.load("gpu"), llm=llm)
    stream = qa.stream(question)
    for piece in stream:
        print(piece, end="", flush=True)
    print()
    for citation in stream.answer.citations:
        print(f"  [{citation.id}] {citation.fact if citation.served else 'was never served'}")


if __name__ == "__main__":
    if len(sys.argv) < 3:
        sys.exit(__doc__)
    main(*sys.argv[1:4])
