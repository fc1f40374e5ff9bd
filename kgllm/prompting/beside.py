"""What a prompt says beside the facts: what the things are called that the question calls otherwise, and what was computed from more
facts than there is room for."""

from __future__ import annotations

from collections.abc import Sequence

from kgllm.prompting.serialize import Pen
from kgllm.types import Evidence

_NAMES = 8  # at most
_SAYS = {
    "en": {
        "called": "{} is {}",
        "computed": "Computed from the whole graph: {}",
        "some": "There are more facts than these.",
        "extremes": "Of each measure the highest and the lowest of all are among these.",
    },
    "zh": {
        "called": "{}即{}",
        "computed": "由整个图谱算出：{}",
        "some": "事实不止这些。",
        "extremes": "其中有每项数值全体中最高和最低的。",
    },
}


def beside(evidence: Evidence, result: str | None, *, language: str, literal_bytes: int, special_tokens: Sequence[str]) -> tuple[str, ...]:
    """Lines for the end of the facts. result: what was computed, None where the facts say all of it.

    >>> import kgllm
    >>> found = kgllm.GraphQA(kgllm.load([("APT32", "alias", "OceanLotus"), ("APT32", "id", "G0050")])).retrieve("What is the id of OceanLotus?")
    >>> beside(found, "2", language="en", literal_bytes=100, special_tokens=())
    ('OceanLotus is APT32', 'Computed from the whole graph: 2')
    """
    pen = Pen(literal_bytes, special_tokens, language, about=(), starts=(), backwards=None)
    says = _SAYS[language]
    meant = {*(evidence.paths[0].seeds if evidence.paths else evidence.seeds)}  # not every word that is also a name
    names = {}
    for link in evidence.links:
        label = None if link.entity is None or link.entity not in meant else pen.label(link.entity)
        if label is not None and _folded(label) != _folded(link.mention.text):
            names[link.mention.text] = label
    lines = [says["called"].format(pen.text(said), pen.text(label)) for said, label in list(names.items())[:_NAMES]]
    lines += [says["computed"].format(pen.safe(" ".join(result.split())))] if result else []
    if (shown := evidence.settings.get("shown")) == "extremes" and evidence.facts:
        lines.append(says["extremes"])
    return (*lines, *([says["some"]] if shown == "around" or (evidence.truncated and not shown) else ()))


def _folded(text: str) -> str:
    return "".join(letter for letter in text.casefold() if letter.isalnum())
