"""Any Python callable as a language model: a list of prompts (str) in, a list of texts out."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterator, Sequence
from typing import Any

from kgllm.errors import ConfigError, KGLLMError, ModelError, shorten
from kgllm.limits import Deadline
from kgllm.llms.base import Request, as_text, checked, cut, upper_bound


class CallableLLM:
    """A function of the user as an LLM.

    It is called with plain texts, and nothing can stop it: a deadline is for the function to keep. chat=False says that
    a base model is behind it, which wants question and answer shots. `count` may be given; otherwise the count is an
    upper bound (the bytes of the text), marked as not exact.

    >>> CallableLLM(lambda prompts: [p.upper() for p in prompts]).generate(["so"])
    ['SO']
    """

    def __init__(
        self,
        function: Callable[[list[str]], Sequence[str]],
        *,
        name: str | None = None,
        chat: bool = True,
        context: int | None = None,
        special_tokens: Sequence[str] = (),
        count: Callable[[str], int] | None = None,
    ) -> None:
        if context is not None and context < 1:
            raise ConfigError(f"context must be at least 1, not {context!r}")
        self.name = name or str(getattr(function, "__name__", type(function).__name__))
        self.chat = chat
        self.context = context
        self.special_tokens = tuple(special_tokens)
        self._function = function
        self._count = count

    def __repr__(self) -> str:
        return f"CallableLLM({self.name})"

    def generate(
        self,
        prompts: Sequence[Request],
        *,
        max_tokens: int = 128,
        stop: Sequence[str] = (),
        seed: int = 0,
        deadline: Deadline | None = None,
    ) -> list[str]:
        """What the function says to each prompt; cut at `stop` only (a prompt's own stops are for base models)."""
        texts = [as_text(one) for one in checked(prompts)]
        if not texts:
            return []
        return [cut(text, stop) if stop else text for text in self._called(texts)]

    def stream(
        self, prompt: Request, *, max_tokens: int = 128, stop: Sequence[str] = (), seed: int = 0, deadline: Deadline | None = None
    ) -> Iterator[str]:
        """The whole text as one piece."""
        yield from self.generate([prompt], max_tokens=max_tokens, stop=stop, seed=seed, deadline=deadline)

    def count(self, prompt: Request) -> tuple[int, bool]:
        """The user's count, or the bytes as an upper bound."""
        if self._count is not None:
            return int(self._count(as_text(prompt))), True
        return upper_bound(as_text(prompt), overhead=0), False

    def _called(self, texts: list[str]) -> list[str]:
        hint = "a callable model takes a list of prompts and returns a list with one text for each"
        try:
            said: Any = self._function(list(texts))
        except KGLLMError:
            raise
        except Exception as error:  # a user's function may raise anything; this is its one border
            of_one = isinstance(error, (AttributeError, TypeError))  # as of a function that takes one prompt
            raise ModelError(f"the model {self.name!r} raised {type(error).__name__}: {error}", hint=hint if of_one else "") from error
        what = f"the model {self.name!r} must return a list of {len(texts)} texts"
        if inspect.iscoroutine(said):
            said.close()
            raise ModelError(
                f"{what}, and is an async function", hint="give a plain function; `await qa.aask(…)` calls it in a thread of its own"
            )
        if isinstance(said, (str, bytes)) or not isinstance(said, Sequence):
            raise ModelError(f"{what}, not {shorten(said)}", hint=hint)
        if len(said) != len(texts):
            raise ModelError(f"{what}, not {len(said)}", hint=hint)
        for text in said:
            if not isinstance(text, str):
                raise ModelError(f"{what}; one of them is {shorten(text)}", hint=hint)
        return list(said)
