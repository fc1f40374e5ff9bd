"""Questions that leave out what they know already: "besides Ann, who plays for Olm?", 除了李明，研发部还有谁？"""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cache

from kgllm.words.language import language_of
from kgllm.words.patterns import either
from kgllm.words.questions import Span, overlap
from kgllm.words.tables import read_table


def besides(question: str, names: Sequence[Span]) -> tuple[str, list[Span]] | None:
    """The question without what it leaves out, and the places of the names that it leaves out; None where it leaves out nothing, or
    something that is not called by a name. `names`: the places of the names in the question.

    >>> besides("Besides Ann, who else plays for Olm?", [(8, 11), (32, 35)])
    ('Who plays for Olm?', [(8, 11)])
    >>> besides("除了李明，研发部还有谁？", [(2, 4), (5, 8)])
    ('研发部有谁？', [(2, 4)])
    >>> besides("Besides acting, what does Ann do?", [(26, 29)]), besides("除了李明的，还有谁的合同？", [(2, 4)])
    (None, None)
    """
    chinese = language_of(question) == "zh"
    begins, joins, ends, spare = _patterns(chinese=chinese)
    for found in begins.finditer(question):
        out, at = list[Span](), found.end()
        while (span := next((name for name in names if name[0] == at), None)) is not None:
            out.append(span)
            more = joins.match(question, span[1])
            at = span[1] if more is None else more.end()
        if not out or any(overlap(found.span(), name) for name in names):
            continue
        closed = ends.match(question, out[-1][1])
        assert closed is not None  # it may be empty
        if question.startswith(("的", "'s", "’s"), closed.end()):  # what is theirs, not they, is left out
            continue
        before, after = question[: found.start()], question[closed.end() :]
        if chinese and not before.strip():
            after = re.sub(r"^还有(?=[谁哪什])", "", after)
        rest = spare.sub(lambda one: "有" if one[0] == "还有" else "", before + after).strip()
        return (rest if chinese else re.sub(r"\s+([?.!,])", r"\1", rest[:1].upper() + rest[1:])), out
    return None


@cache
def _patterns(*, chinese: bool) -> tuple[re.Pattern[str], ...]:
    words = read_table("questions")["besides"]
    if chinese:
        return (
            re.compile(rf"{either(words['zh'])}\s*[《“]?"),
            re.compile(r"[》”]?\s*(?:和|与|跟|、|以及|及)\s*[《“]?"),
            re.compile(rf"[》”]?\s*{either(words['ends_zh'])}?\s*[，,]?\s*"),
            re.compile(rf"还有|还|{either(words['spare_zh'])}的?"),
        )
    return (
        re.compile(rf"(?:,\s*)?\b{either(words['en'])}\s+(?:the\s+)?[\"“]?", re.IGNORECASE),
        re.compile(r"[\"”]?\s*(?:,?\s+and\s+|,\s*)(?:the\s+)?[\"“]?", re.IGNORECASE),
        re.compile(r"[\"”]?\s*,?\s*"),
        re.compile(rf"\s*\b{either(words['spare'])}\b", re.IGNORECASE),
    )
