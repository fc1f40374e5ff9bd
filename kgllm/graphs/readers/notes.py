"""What a reader leaves out, counted and shown; a strict reading refuses it instead."""

from __future__ import annotations

import logging
from collections.abc import Iterator

from kgllm.errors import GraphParseError

_log = logging.getLogger("kgllm.graphs")
_SHOWN = 3


class Notes:
    """Collects what a reading passed over: how often each thing happened, and the first places where it did.

    >>> notes = Notes()
    >>> notes.skip("an empty field", "kb.tsv:12")
    >>> list(notes)
    ['1 row skipped for an empty field (kb.tsv:12)']
    """

    def __init__(self, *, strict: bool = False) -> None:
        self.strict = strict
        self._skipped: dict[str, tuple[int, list[str]]] = {}
        self._said: list[str] = []

    def skip(self, why: str, place: str) -> None:
        """Count a row that is left out.

        Raises:
            GraphParseError: where the reading is strict.
        """
        if self.strict:
            raise GraphParseError(f"{place}: {why}", hint="strict=False skips such rows and counts them")
        count, places = self._skipped.get(why, (0, []))
        if count < _SHOWN:
            places.append(place)
        self._skipped[why] = (count + 1, places)

    def say(self, text: str) -> None:
        """Note something that was not read, once."""
        if text not in self._said:
            self._said.append(text)

    def __iter__(self) -> Iterator[str]:
        for why, (count, places) in self._skipped.items():
            more = ", …" if count > len(places) else ""
            yield f"{count:,} row{'s' if count > 1 else ''} skipped for {why} ({', '.join(places)}{more})"
        yield from self._said

    def show(self) -> None:
        """Log every note as a warning."""
        for text in self:
            _log.warning(text)
