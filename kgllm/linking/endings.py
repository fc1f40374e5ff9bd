"""What the names of many things of one sort end or begin with alike, and people leave out: 红烧肉 for 红烧肉的做法, "Cook" for "Cook County",
公司法 for 中华人民共和国公司法."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from kgllm.graphs.base import Graph
from kgllm.types import Entity
from kgllm.words.names import has_han

_SAMPLE = 2000  # facts
_LEAST, _SHARE = 12, 0.4  # names that end alike: at least so many, and so much of all that stand at one side of a relation
_LONGEST = 8  # characters, or
_MOST_WORDS = 3
_FORMS = 3  # endings of one graph that are tried with every run of words


@dataclass(frozen=True, slots=True)
class Shared:
    """What many names of a graph begin or end with."""

    beginnings: tuple[str, ...] = ()
    endings: tuple[str, ...] = ()

    def around(self, text: str) -> list[str]:
        """The text with each of them, where it is in the same script and has none of it."""
        if not (self.endings or self.beginnings):
            return []
        han = has_han(text)
        whole = [text + end for end in self.endings if has_han(end) == han and not text.endswith(end.strip())]
        return whole + [begin + text for begin in self.beginnings if has_han(begin) == han and not text.startswith(begin.strip())]


def shared_ends(graph: Graph) -> Shared:
    """What the names at one side of a relation share, in a sample of a graph.

    >>> import kgllm
    >>> recipes = kgllm.load([(f"{dish}的做法", "难度", "3") for dish in "红烧肉 麻婆豆腐 鱼香肉丝 回锅肉 水煮鱼 锅包肉 蒸蛋 凉皮 炒面 汤圆 春卷 粽子".split()])
    >>> shared_ends(recipes), shared_ends(recipes).around("红烧肉")
    (Shared(beginnings=(), endings=('的做法',)), ['红烧肉的做法'])
    """
    sides: dict[tuple[str, str], set[str]] = {}
    for fact in graph.sample(_SAMPLE, 0):
        for side, node in (("out", fact.subject), ("in", fact.object)):
            if isinstance(node, Entity) and node.named:
                sides.setdefault((fact.relation.id, side), set()).add(node.name)
    beginnings: Counter[str] = Counter()
    endings: Counter[str] = Counter()
    for names in sides.values():
        if len(names) >= _LEAST:
            least = max(_LEAST, _SHARE * len(names))
            beginnings |= Counter(_longest(((_heads(name)) for name in names), least))
            endings |= Counter(_longest((_tails(name) for name in names), least))
    return Shared(_first(beginnings), _first(endings))


def _first(found: Counter[str]) -> tuple[str, ...]:
    return tuple(sorted(found, key=lambda one: (-found[one], one))[:_FORMS])


def _longest(parts: Iterable[list[str]], least: float) -> dict[str, int]:
    """Parts of names that enough of them share, without those within a longer one."""
    counts = Counter(part for own in parts for part in own)
    often = {part: n for part, n in counts.items() if n >= least}
    return {part: n for part, n in often.items() if not any(part != one and (one.endswith(part) or one.startswith(part)) for one in often)}


def _tails(name: str) -> list[str]:
    """What a name may end with: characters of Chinese, else whole words, and something before them.

    >>> _tails("红烧肉的做法")[:3], _tails("Cook County"), _tails("Rome")
    (['做法', '的做法', '肉的做法'], [' County'], [])
    """
    if has_han(name):
        ends = [name[-size:] for size in range(2, min(len(name) - 1, _LONGEST) + 1)]
        return [end for end in ends if not end.isascii()]
    words = name.split(" ")
    return [" " + " ".join(words[-size:]) for size in range(1, min(len(words) - 1, _MOST_WORDS) + 1)]


def _heads(name: str) -> list[str]:
    """What a name may begin with: characters of Chinese, and something behind them, else whole words.

    >>> _heads("University of Delft"), _heads("上海市图书馆")
    (['University ', 'University of '], ['上海', '上海市', '上海市图', '上海市图书'])
    """
    if has_han(name):
        heads = [name[:size] for size in range(2, min(len(name) - 1, _LONGEST) + 1)]
        return [head for head in heads if not head.isascii()]
    words = name.split(" ")
    return [" ".join(words[:size]) + " " for size in range(1, min(len(words) - 1, _MOST_WORDS) + 1)]
