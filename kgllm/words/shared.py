"""Questions for what has the same of something, where one word says so: "the club mates of Ann", "Ann's classmates", 与李明同部门的人."""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import cache

from kgllm.words.lexicon import lexicon
from kgllm.words.patterns import either
from kgllm.words.tables import read_table


def shared_said(question: str, is_field: Callable[[str], bool]) -> str:
    """A question for those who share something with a thing as one that says so in words; any other, and one that calls a field
    of the graph by its name (`is_field`), as it is.

    >>> shared_said("Who are the club mates of Ann?", lambda name: False), shared_said("Ann's classmates", lambda name: False)
    ('Who has the same club as Ann?', 'Who has the same class as Ann?')
    >>> shared_said("与李明同部门的人有谁？", lambda name: False), shared_said("跟李明一个部门的有谁", lambda name: False)
    ('与李明同一个部门的人有谁？', '跟李明同一个部门的有谁')
    >>> shared_said("Ann's classmates", lambda name: name == "classmates"), shared_said("李明同意的方案", lambda name: False)
    ("Ann's classmates", '李明同意的方案')
    >>> shared_said("How old are Ann's classmates?", lambda name: False)
    "How old are Ann's classmates?"
    """
    mates, more, same, one = _patterns()
    found = mates.match(question)
    if found is not None and not more.search(found["of"] or found["own"]):
        noun = (found["of_noun"] or found["own_noun"]).lower()
        if not any(is_field(f"{noun}{apart}mate{ending}") for apart in ("", " ") for ending in ("", "s")):
            return f"Who has the same {noun} as {found['of'] or found['own']}?"
    said = same.search(question) or one.search(question)
    if said is None or is_field(f"同{said['noun']}") or not (is_field(said["noun"]) or _is_of_relations(said["noun"])):
        return question
    return f"{question[: said.start('word')]}同一个{question[said.end('word') :]}"


def _is_of_relations(noun: str) -> bool:
    return bool(lexicon().families_of(noun) or lexicon().kinds_of(noun))


@cache
def _patterns() -> tuple[re.Pattern[str], ...]:
    words = read_table("questions")["shared"]
    mates, lead, more, kept = (either(words[name]) for name in ("mates", "lead", "more", "kept"))
    return (
        re.compile(
            rf"^\s*(?:{lead}\s+)?(?:(?:all\s+)?(?:the\s+)?(?P<of_noun>{mates})[ -]?mates?\s+of\s+(?P<of>[^?]+?)"
            rf"|(?P<own>[^?,]+?)['’]s?\s+(?P<own_noun>{mates})[ -]?mates?)\s*[?.!]*\s*$",
            re.IGNORECASE,
        ),
        re.compile(rf"\b{more}\b", re.IGNORECASE),
        re.compile(rf"(?:与|和|跟|同)[^，,？?的]{{1,30}}?(?P<word>同)(?!{kept})(?P<noun>[\u4e00-\u9fff]{{1,6}})的"),
        re.compile(r"(?:与|和|跟|同)[^，,？?的]{1,30}?(?:是|在)?(?P<word>一个)(?P<noun>[\u4e00-\u9fff]{1,6})的"),
    )
