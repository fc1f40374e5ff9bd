"""A chat model that is not here: what it would be shown is written to a file, and what it said is read from another.

Of each graph FOLDER/NAME.prompts.jsonl holds {"id", "prompt"} a line; FOLDER/NAME.answers.jsonl is to hold {"id", "answer"} for each.
"""

from __future__ import annotations

import hashlib
import json
from pathlib import Path

from kgllm.llms.callable import CallableLLM


class Replayed:
    """The model of one graph. What it did not say is declined, and counted in `unsaid`."""

    def __init__(self, folder: Path, name: str) -> None:
        self._prompts = folder / f"{name}.prompts.jsonl"
        said = folder / f"{name}.answers.jsonl"
        lines = said.read_text(encoding="utf-8").splitlines() if said.is_file() else []
        self._said = {row["id"]: row["answer"] for row in map(json.loads, filter(None, lines))}
        self._shown: dict[str, str] = {}
        self.unsaid = 0
        self.llm = CallableLLM(self._answer, name="replayed")

    def _answer(self, prompts: list[str]) -> list[str]:
        ids = [hashlib.sha256(prompt.encode()).hexdigest()[:12] for prompt in prompts]
        self._shown |= dict(zip(ids, prompts, strict=True))
        self.unsaid += sum(one not in self._said for one in ids)
        return [self._said.get(one, "not in the facts") for one in ids]

    def save(self) -> None:
        """Write what it was shown."""
        self._prompts.parent.mkdir(parents=True, exist_ok=True)
        lines = [json.dumps({"id": one, "prompt": prompt}, ensure_ascii=False) for one, prompt in self._shown.items()]
        self._prompts.write_text("".join(f"{line}\n" for line in lines), encoding="utf-8")
