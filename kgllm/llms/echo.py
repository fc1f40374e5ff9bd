"""A model without a model: it answers with the first fact that it was served. Deterministic, for tests and demos."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from kgllm.limits import Deadline
from kgllm.llms.base import Request, as_text, checked, cut, upper_bound
from kgllm.types import Prompt

_LINE = re.compile(r"^\s*\[(\d+)\]\s*(.+)$", re.MULTILINE)


class EchoLLM:
    """Says the object of the first served fact and its id; to a plain text, the first line that begins with an id.

    >>> EchoLLM().generate(["[1] Inception → directed by → Christopher Nolan"])
    ['Christopher Nolan [1]']
    """

    name = "echo"
    chat = True
    context: int | None = None
    special_tokens: tuple[str, ...] = ()

    def generate(
        self,
        prompts: Sequence[Request],
        *,
        max_tokens: int = 128,
        stop: Sequence[str] = (),
        seed: int = 0,
        deadline: Deadline | None = None,
    ) -> list[str]:
        """One answer for each prompt."""
        return [cut(_said(one), stop) for one in checked(prompts)]

    def stream(
        self, prompt: Request, *, max_tokens: int = 128, stop: Sequence[str] = (), seed: int = 0, deadline: Deadline | None = None
    ) -> Iterator[str]:
        """The same answer, word by word."""
        for place, word in enumerate(self.generate([prompt], stop=stop)[0].split(" ")):
            yield f" {word}" if place else word

    def count(self, prompt: Request) -> tuple[int, bool]:
        """Bytes: echo's own tokens."""
        return upper_bound(as_text(prompt), overhead=0), True


def _said(request: Request) -> str:
    if isinstance(request, Prompt):
        return next((f"{fact.object} [{short}]" for short, fact in request.served.items()), "No facts.")
    found = _LINE.search(as_text(request))
    return f"{re.split('[→←]', found[2])[-1].strip()} [{found[1]}]" if found else "No facts."
