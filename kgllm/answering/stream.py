"""An answer as it is written: its text in pieces, and the checked answer at the end."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from kgllm.errors import ConfigError
from kgllm.llms.base import CutShort
from kgllm.types import Answer


class Stream(Iterator[str]):
    """Pieces of text; `answer` once they are all read."""

    def __init__(self, pieces: Iterator[str], finish: Callable[[str], Answer]) -> None:
        self._pieces, self._finish = pieces, finish
        self._text: list[str] = []
        self._answer: Answer | None = None

    def __next__(self) -> str:
        try:
            piece = next(self._pieces)
        except StopIteration:
            if self._answer is None:
                text = "".join(self._text)
                self._answer = self._finish(CutShort(text) if self._text and isinstance(self._text[-1], CutShort) else text)
            raise
        self._text.append(piece)
        return piece

    @property
    def answer(self) -> Answer:
        """The checked answer.

        Raises:
            ConfigError: the text has not been read to its end.
        """
        if self._answer is None:
            raise ConfigError("the stream has not ended yet", hint="read it to its end first: text = ''.join(stream)")
        return self._answer
