"""Where a walk may start: the things that the links may mean, each with the place of its mention."""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass

from kgllm.types import Link, Literal, Node, replace
from kgllm.words import relation_words, singular, stem, tokens

MOST = 10
PER_MENTION = 4
_WITHIN = 0.7  # a mention inside another is tried where its link scores at least this share of the other's
_FAINT = 0.3  # a link that scores less than this share of the best is not tried
_PROSE, _TIMES = 24, 6  # characters of what is no name any more, and how many times as long as the mention it is
_FAR = 24  # characters of a noun for a kind
_KIND_BEFORE = re.compile(r"(?<![^\W\d_])([^\W\d_]{2,23})\s?$")
_BY_NUMBER = re.compile(r"v?\d[\w.-]*$", re.IGNORECASE)
_FAR_BELOW = 0.55  # a candidate whose score is less than this share of the chosen one's is not tried


@dataclass(frozen=True, slots=True)
class Seed:
    """A node to start from; `start:end` is its mention in the question (equal: it has none)."""

    node: Node
    start: int
    end: int
    score: float

    @property
    def span(self) -> tuple[int, int]:
        """Where it stands."""
        return self.start, self.end


def from_links(links: Sequence[Link], most: int = MOST) -> list[Seed]:
    """Seeds of links: the chosen thing of each first, then other candidates by score."""
    found: list[tuple[int, float, Seed]] = []
    for link in _worth_trying(links):
        seen: set[Node] = set()
        rows = _each_type_first([(link.entity, link.score), *((candidate.entity, candidate.score) for candidate in link.candidates)])
        for rank, (node, score) in enumerate(rows):
            if node in seen or score < _FAR_BELOW * link.score or len(seen) >= PER_MENTION or _in_prose(node, link.mention.text):
                continue
            seen.add(node)
            found.append((min(rank, 1), -score, Seed(node, link.mention.start, link.mention.end, score)))
    found.sort(key=lambda row: row[:2])
    return list(dict.fromkeys(row[2] for row in found))[:most]


def _each_type_first(rows: list[tuple[Node, float]]) -> list[tuple[Node, float]]:
    """What a name may mean, the best of each type before others of it: of an artist, an album and six songs of one name all three are tried."""
    if len(rows) <= PER_MENTION or not any(getattr(node, "types", ()) for node, _ in rows):
        return rows
    first: dict[object, tuple[Node, float]] = {}
    for row in rows:
        first.setdefault(getattr(row[0], "types", None), row)
    return list(dict.fromkeys((*first.values(), *rows)))


def _in_prose(node: Node, mention: str) -> bool:
    """Whether a mention is but a word of a text that describes something: that is no name of anything. (A moment, however long, is one.)

    >>> from kgllm.types import Literal
    >>> _in_prose(Literal("The guild of bakers of the town is older than the guild of smiths"), "guild"), _in_prose(Literal("Guild House"), "guild")
    (True, False)
    """
    text = isinstance(node, Literal) and isinstance(node.value, str)
    return text and len(node.name) >= _PROSE and len(node.name) >= _TIMES * len(mention)


def _worth_trying(links: Sequence[Link]) -> list[Link]:
    """Links that are not much weaker than the best, nor than one whose mention holds theirs: every mention is walked from."""
    least = _FAINT * max((link.score for link in links), default=0.0)
    kept = [link for link in links if link.score >= least]
    return [
        link
        for link in kept
        if not any(_inside(link, other) and (link.score < _WITHIN * other.score or _hyphened(link, other)) for other in kept)
    ]


def _hyphened(link: Link, other: Link) -> bool:
    """Whether a mention is one side of a hyphen in one that holds it: "US" of the code "US-OR" names no country."""
    start, end = link.mention.start - other.mention.start, link.mention.end - other.mention.start
    return "-" in (other.mention.text[start - 1 : start], other.mention.text[end : end + 1])


def _inside(link: Link, other: Link) -> bool:
    small, large = link.mention, other.mention
    return large.start <= small.start and small.end <= large.end and large.end - large.start > small.end - small.start


def with_kind(question: str, seed: Seed, kinds: Collection[str] = ()) -> int:
    """Where a seed's name begins, with the noun for what it is where it is named by a number: "Node 14.16.0" is the whole name of a node, and
    asks for nothing that has a node, unless it is of another kind. `kinds`: the nouns for kinds of things in the question.

    >>> from kgllm.types import Entity
    >>> seed = Seed(Entity("route/12", "12", types=("bus_routes",)), 15, 17, 1.0)
    >>> with_kind("stops of Route 12", seed, ["route"]), with_kind("stops of Route 12", seed, ["stop", "route"]), with_kind("every timing 12", seed)
    (9, 15, 15)
    """
    found = _KIND_BEFORE.search(question, max(0, seed.start - _FAR), seed.start) if seed.start < seed.end else None
    if found is None or not _BY_NUMBER.match(question[seed.start : seed.end]):
        return seed.start
    own = {singular(words[-1]) for kind in getattr(seed.node, "types", ()) if (words := relation_words(kind).spoken)}
    return found.start(1) if singular(found[1].lower()) in own and own.issuperset(kinds) else seed.start


def from_nodes(question: str, nodes: Sequence[Node], links: Sequence[Link]) -> list[Seed]:
    """Seeds that the caller gave; their mentions are looked for among the links, then among the question's words."""
    found = []
    for node in nodes:
        span = next((link.mention.span for link in links if node in (link.entity, *(c.entity for c in link.candidates))), None)
        found.append(Seed(node, *(span or _mention(question, node)), 1.0))
    return found


def _mention(question: str, node: Node) -> tuple[int, int]:
    """The longest run of the question's words that are words of one of the node's names."""
    pieces = [piece for piece in tokens(question) if piece.shape != "mark" or piece.word == "_"]
    best = (0, 0, 0)
    for name in dict.fromkeys((node.name, *getattr(node, "aliases", ()), str(getattr(node, "id", "")))):
        words = [stem(piece.word) for piece in tokens(name.replace("_", " "))]
        for first in range(len(pieces)):
            last, said = first, 0
            while last < len(pieces) and (stem(pieces[last].word) in words or pieces[last].word == "_"):
                said += len(pieces[last].word)
                last += 1
            while last > first and pieces[last - 1].word in ("the", "of", "a", "an", "and", "in", "_"):
                last -= 1
            if ((last > first and pieces[first].word not in ("the", "of", "in", "and")) or (last - first) > 1) and said > best[0]:
                best = (said, pieces[first].start, pieces[last - 1].end)
    return best[1:]


def moved(link: Link, by: int) -> Link:
    """A link in a question in which it stands so many characters further on."""
    mention = link.mention
    return replace(link, mention=replace(mention, start=mention.start + by, end=mention.end + by))
