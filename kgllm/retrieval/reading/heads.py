"""The noun that a question asks for: after "which", after "what is the", after "list"; in Chinese after "哪些" or before "是什么"."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from kgllm.words import lexicon
from kgllm.words.dictionary import words_in
from kgllm.words.questions import MEASURES

if TYPE_CHECKING:
    from kgllm.retrieval.reading.question import Asked
    from kgllm.words import Token
    from kgllm.words.questions import Span

_COPULA = frozenset(("is", "are", "was", "were", "be", "'s", "s"))
_STRANDED = frozenset(("of", "with", "by", "from", "on"))
_CLAUSES = _COPULA - {"s", "'s"} | frozenset(("that", "which", "who", "has", "have", "had", "do", "does", "did"))
_SKIP = frozenset(("the", "a", "an", "all", "every", "each", "any", "me", "some", "of", "other"))
_KIND_OF = frozenset(("kind", "kinds", "type", "types", "sort", "sorts", "form", "forms", "name", "names"))
_SHOW = frozenset(("name", "list", "find", "give", "tell", "show"))
_HAILS = frozenset("国朝代省市县州族")  # what somebody is from
_PLURALS = frozenset(("people", "children", "men", "women", "persons"))
_OF = frozenset("的之")  # content where a relation's name has it, but no part of a noun
_BEFORE_ASKING = frozenset("有是都为叫包括分别")
_ALL_OF = frozenset(
    ("total", "exact", "overall", "average", "maximum", "minimum", "highest", "lowest", "largest", "greatest", "high", "low")
)
_OWNERS = frozenset(("its", "his", "her", "their", "our", "my", "your", "whose", "'s", "s", "’s", "'", "on", "the", "very"))
_AMOUNT_OF = frozenset(("content", "contents"))
_LIST = ("列出", "列举", "罗列", "给出", "找出", "查找", "所有", "全部")  # what is asked for comes last: "列出…的所有国家"


def with_head(asked: Asked, pieces: list[Token], ask: int | None) -> Asked:
    """Find the noun that names what is asked for: after "which", after "what is the", after "list"."""
    at = {word.position: n for n, word in enumerate(asked.words)}
    if asked.chinese:
        if ask is not None:
            head = _chinese_head(pieces, at, ask, asked.kinds)
            if not head or asked.words[head[0]].position == ask:  # "多长时间" asks for a number itself
                return replace(asked, head=head)
            return _of_kind(replace(asked, head=_noun(asked, head, after=asked.words[head[0]].position > ask)))
        return _listed(asked, pieces, at)
    if ask is not None and _is_relative(pieces, at, ask):
        ask = None
    start = ask
    if ask is None:
        start = 0 if pieces and pieces[0].word in _SHOW else -1
    elif pieces[ask].word in ("who", "where", "when", "why", "whom", "whose") or (pieces[ask].word == "how" and not asked.count):
        number = {"are": 1, "were": 1}.get(pieces[ask + 1].word if ask + 1 < len(pieces) else "", 0)
        return replace(asked, number=number)
    if ask is not None and _is_subject(pieces, ask):
        return replace(asked, subject=next((at[i] for i in range(ask, len(pieces)) if i in at), -1))
    i, number = (start if start is not None else -1) + 1, 0
    while (
        i < len(pieces)
        and (i not in at or pieces[i].word in _SKIP or is_kind_of(pieces, i))
        and (pieces[i].shape == "word" or pieces[i].word == "'s")
    ):
        if pieces[i].word not in _COPULA | _SKIP | _SHOW | {"many", "much"} and not is_kind_of(pieces, i):
            break
        number = {"are": 1, "were": 1, "is": -1, "was": -1}.get(pieces[i].word, number)
        i += 1
    run: list[int] = []
    while i in at and len(run) < 3 and pieces[i].shape == "word":
        run.append(at[i])
        i += 1
        if i + 1 in at and pieces[i].text == "-" and pieces[i].start == pieces[i - 1].end:  # "Roman-born directors": what describes them
            run, i = [at[i + 1]], i + 2
        elif several(pieces[i - 1].text) and not (i in at and several(pieces[i].text)):  # "which teams play", "how many people work"
            break
    if not run:
        return replace(asked, number=number)
    noun = pieces[asked.words[run[-1]].position].text
    if several(noun):
        number = 1
    elif number == 0:
        number = -1
    return _of_head(replace(asked, number=number), run)


def _is_relative(pieces: list[Token], at: dict[int, int], ask: int) -> bool:
    """Whether a "who" only goes on from the noun: "Name a director who was born in Rome", but not "Tell me who …"."""
    return pieces[0].word in _SHOW and ask - 1 in at and pieces[ask - 1].word not in _SHOW and pieces[ask - 1].shape == "word"


def _of_head(asked: Asked, run: Sequence[int]) -> Asked:
    """The question with these words, in English, for its noun, and the kinds of thing that it is for where nothing else says one."""
    if len(run) > 1 and asked.words[run[-1]].text.endswith("ed"):  # "which films directed by": the noun stands before
        run = run[:1]
    return replace(asked, head=tuple(run), kinds=asked.kinds or asked.words[run[-1]].kinds)


def head_before(asked: Asked, names: Iterable[Span]) -> Asked:
    """A question without the names behind its noun: in "which studio released Rashomon" that is the studio.

    >>> from kgllm.retrieval.reading.question import read
    >>> asked = head_before(read("which studio released Rashomon"), [(22, 30)])
    >>> [asked.words[n].text for n in asked.head], asked.kinds
    (['studio'], ('organization',))
    """
    head, words = asked.head, asked.words
    size = len(head)
    while size > 1 and any(words[head[0]].end <= start <= words[head[size - 1]].start < end for start, end in names):
        size -= 1
    if size == len(head) or asked.chinese or asked.ask < 0:
        return asked
    kinds = () if asked.kinds == words[head[-1]].kinds else asked.kinds  # what only the name is
    return _of_head(replace(asked, kinds=kinds), head[:size])


def _is_subject(pieces: list[Token], ask: int) -> bool:
    """Whether the noun behind "what is" is what something is asked of: "What is the bridge in Olm made of?", but not "… X was built in"."""
    said = [piece.word for piece in pieces[ask + 1 :] if piece.shape != "mark"]
    return len(said) > 3 and said[0] in _COPULA and said[-1] in _STRANDED and _CLAUSES.isdisjoint(said[1:])


def _chinese_head(pieces: list[Token], at: dict[int, int], ask: int, kinds: tuple[str, ...]) -> tuple[int, ...]:
    """The noun after "哪些" and "多少款", or else the one before "有哪些", "是什么"."""
    among = ask > 0 and pieces[ask - 1].word == "有"  # "画家有谁" asks for painters
    if kinds and kinds != ("number",) and not among:  # "谁", "哪里"
        return ()
    i = ask
    while i < len(pieces) and (i not in at or (pieces[i].word in MEASURES and pieces[i - 1].word in "哪少几")):
        i += 1
    run = _run_of(pieces, at, range(i, len(pieces)))
    if len(run) == 2 and pieces[run[0]].word in _HAILS and pieces[run[1]].word == "人":  # 哪国人 asks for a country, and for nobody
        run = run[:1]
    if not run and (among or not kinds):
        i = ask - 1
        while i >= 0 and i not in at and pieces[i].word in _BEFORE_ASKING:
            i -= 1
        run = _run_of(pieces, at, range(i, -1, -1))
    return tuple(sorted(at[n] for n in run))


def _listed(asked: Asked, pieces: list[Token], at: dict[int, int]) -> Asked:
    """The last noun of a question that asks for a list and has no question word."""
    if not any(word in asked.text for word in _LIST):
        return asked
    last = max(at, default=0)
    run = _run_of(pieces, at, range(last, -1, -1))
    return _of_kind(replace(asked, head=_noun(asked, tuple(sorted(at[n] for n in run)), after=False), number=1))


def _of_kind(asked: Asked) -> Asked:
    """With the kinds of the noun asked for; a number of things may be written as one ("人口")."""
    named = asked.words[asked.head[-1]].kinds if asked.head else ()
    return replace(asked, kinds=asked.kinds or named) if asked.kinds != ("number",) else replace(asked, kinds=(*named, "number"))


def _noun(asked: Asked, head: tuple[int, ...], *, after: bool) -> tuple[int, ...]:
    """Of characters that begin (`after` the question word), or else end, with nouns that are known, those nouns: "球员" of "球员效力"."""
    text = "".join(asked.words[n].text for n in head)
    if len(text) != len(head):
        return head
    size = 0
    while size < len(text):
        rest = text[size:] if after else text[: len(text) - size]
        pieces = (rest[:n] if after else rest[-n:] for n in range(len(rest), 1, -1))
        noun = next(filter(_names_kind, pieces), "")
        if not noun:
            break
        size += len(noun)
    if not size and after and _names_kind(text[0]):  # 省 of 省组装, but not 国 of 国际组织
        size = 1 if {start for start, word in words_in(text) if len(word) > 1} & {0, 1} == {1} else 0
    if not size:
        return head
    return head[:size] if after else head[-size:]


def _names_kind(noun: str) -> bool:
    return noun in lexicon().kind_of_noun or noun in lexicon().nouns_across


def _run_of(pieces: list[Token], at: dict[int, int], places: range) -> list[int]:
    """The first places that hold content: one word that is written apart, or up to four characters."""
    run: list[int] = []
    for n in places:
        if n not in at or len(run) == 4 or (run and pieces[n].shape != "han") or pieces[n].word in _OF:
            break
        run.append(n)
        if pieces[n].shape != "han":
            break
    return run


def several(noun: str) -> bool:
    """Whether an English noun is a plural, by its form.

    >>> [several(noun) for noun in ("films", "People", "GPUs", "virus", "film")]
    [True, True, True, False, False]
    """
    if noun.lower() in _PLURALS or (noun[:-1].isupper() and noun[-1] == "s" and len(noun) > 2):
        return True
    return noun[-1:] == "s" and not noun.endswith(("ss", "us", "is"))


def is_kind_of(pieces: list[Token], i: int) -> bool:
    """ "kind" of "kind of": the noun is what follows."""
    return pieces[i].word in _KIND_OF and i + 1 < len(pieces) and pieces[i + 1].word == "of"


def is_code(pieces: list[Token], i: int) -> bool:
    """ "number" of "phone number": it counts nothing, and says little beside the noun before it."""
    return pieces[i].word in ("number", "numbers") and bool(lexicon().families_of(_noun_before(pieces, i)))


def is_owning(pieces: list[Token], i: int) -> bool:
    """ "own" of "What does Ann own?", but not of "its own"."""
    return i > 0 and pieces[i].word == "own" and pieces[i - 1].word not in _OWNERS


def is_amount(pieces: list[Token], i: int) -> bool:
    """ "content" of "zinc content": it says no more than "how much" behind what it is of."""
    return pieces[i].word in _AMOUNT_OF and bool(_noun_before(pieces, i))


def _noun_before(pieces: list[Token], i: int) -> str:
    """The word right before one, where it is no small word and none that is said of any number; else ""."""
    word = pieces[i - 1].word if i and pieces[i - 1].shape == "word" else ""
    return "" if word in lexicon().english.stop | lexicon().english.light | _ALL_OF else word
