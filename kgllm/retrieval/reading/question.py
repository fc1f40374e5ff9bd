"""What a question says: its content words, and what it asks for."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable
from typing import TypeAlias

from kgllm.frozen import frozen
from kgllm.retrieval.reading.characters import DESCRIBES, add_all, alone, is_word, mended, noun_around, whole
from kgllm.retrieval.reading.filling import filling
from kgllm.retrieval.reading.heads import is_amount, is_code, is_kind_of, with_head
from kgllm.retrieval.reading.outside import counting, picked, says
from kgllm.words import Token, lexicon, singular, stem, tokens
from kgllm.words.language import language_of
from kgllm.words.lexicon import Family, Language
from kgllm.words.questions import negated, overlap
from kgllm.words.tokens import YEAR
from kgllm.words.tongues import tongue, tongues_in

Term = tuple[str, str]
"""("s", stem), ("f", family), ("v", family of a verb, from who does it), ("t", code of a language), ("g", what a Chinese word means in
English), ("h", one or two Chinese characters), ("w", a character that is a word of its own): what a question and a relation share."""

Across: TypeAlias = Callable[[str], Iterable[tuple[int, Term, float]]]
"""(place, term, how well) of what the characters of a Chinese text speak of in another language."""

MOST_WORDS = 32
_BARE = 0.6  # weight of what a bare question asks
_LIGHT = 0.35  # of a light word
LIGHT = 0.36  # a word of no more weight says nothing by itself (weights are rounded elsewhere)
CONTENT = 0.4  # a word of more weight says something
_KIND = 0.7  # … of "kind" in "what kind of film": it may tell a type from a size
_AUXILIARIES = frozenset(["is", "are", "was", "were", "do", "does", "did", "has", "have", "had", "can"])
_ASKED_OF = frozenset(("what", "which", "whom", "who"))  # "a subclass of what is X?"
_OF = "的之"


@frozen
class Word:
    """A content word. `weight` says how much is lost if nothing explains it; `way` is +1 where the wording follows a
    relation ("the director of …"), -1 where it goes against it ("whose director is …"), 0 where it does not say."""

    text: str
    start: int
    end: int
    position: int  # among all tokens
    weight: float
    terms: tuple[tuple[Term, float], ...]
    kinds: tuple[str, ...] = ()
    way: int = 0
    possessive: bool = False
    joined: bool = False  # nothing but an article stands between it and the word before
    close: bool = False  # nothing does
    step: int = -1  # of a word that stands for several steps: which of them
    around: tuple[int, int] | None = None  # of what a bare question asks: it counts for mentions between these places only

    @property
    def span(self) -> tuple[int, int]:
        """Where it stands."""
        return self.start, self.end


@frozen
class Asked:
    """A question, read. `kinds` are the kinds of thing that it asks for, `head` the positions in `words` of the noun that
    names them; `number` is 1 for a plural, -1 for a singular."""

    text: str
    words: tuple[Word, ...]
    kinds: tuple[str, ...] = ()
    head: tuple[int, ...] = ()
    number: int = 0
    count: bool = False
    share: bool = False
    pick: str = ""  # first, last, current
    years: tuple[str, ...] = ()
    chinese: bool = False
    capitals: bool = False  # every word begins with one
    negated: bool = False  # it may ask for what something is not
    ask: int = -1  # where the question word stands
    subject: int = -1  # the word that names what something is asked of: "What is the bridge in Olm made of?"


def read(text: str, known: Collection[str] = (), across: Across | None = None) -> Asked:
    """Read a question. `known` are pairs of Chinese characters, and of stems, in the graph's relation names: never taken for filling.
    `across` says what of a graph in English the characters of a Chinese question speak of.

    >>> asked = read("who acted in the movies directed by Sean Branney")
    >>> [word.text for word in asked.words], asked.kinds
    (['acted', 'movies', 'directed', 'Sean', 'Branney'], ('person',))
    """
    chinese = language_of(text) == "zh"
    text = mended(text) if chinese else text
    pieces = tokens(text)
    language = lexicon().chinese if chinese else lexicon().english
    found = _phrases(text, pieces)
    if chinese and across is not None:
        add_all(across(text), pieces, found)
    dropped, kinds, ask = filling(text, pieces, found, known, chinese=chinese)
    light = _happening(text, pieces, language) if {"time", "place"}.intersection(kinds) else frozenset()
    words = _weighed([_word(pieces, i, found.get(i, {}), language, light) for i in range(len(pieces)) if i not in dropped])
    words += _bare(text, pieces, language, dropped)
    asked = Asked(
        text=text,
        words=tuple(words),
        kinds=kinds,
        share=says(text, pieces, language.share),
        count=counting(text, pieces),
        pick=picked(text, pieces, language),
        years=tuple(dict.fromkeys(YEAR.findall(text))),
        chinese=chinese,
        capitals=not any(piece.text[0].islower() for piece in pieces if piece.shape == "word"),
        negated=negated(text.lower()),
        ask=-1 if ask is None else pieces[ask].start,
    )
    return with_head(asked, pieces, ask)


def _bare(text: str, pieces: list[Token], language: Language, filling: Collection[int]) -> list[Word]:
    """What the question asks if there is nothing in it but a name and words without content: "who is …", "what did … do". "What famous
    people are …" has another noun, so that it is no "what are …"."""
    found: list[Word] = []
    spoken = [piece.word for piece in pieces]
    for before, after, families in language.bare:
        first = _run(spoken, before, 0)
        last = _run(spoken, after, first[-1] + 1 if first else 0) if first is not None else None
        if first is None or last is None or (first and not set(range(first[0], first[-1])) <= {*first, *filling}):
            continue
        around = (pieces[first[-1]].end if first else 0, pieces[last[0]].start if last else len(text))
        terms = tuple((("f", family), 0.85 - 0.05 * n) for n, family in enumerate(families))
        place = len(text) + 1 + len(found)
        found.append(Word(" ".join((*before, *after)), place, place, len(pieces) + 2 + len(found), _BARE, terms, around=around))
    return found


def _run(spoken: list[str], wanted: tuple[str, ...], start: int) -> list[int] | None:
    """Where the words stand, one after the other with others between them allowed; None where they do not."""
    at = []
    for word in wanted:
        try:
            start = spoken.index(word, start) + 1
        except ValueError:
            return None
        at.append(start - 1)
    return at


def _phrases(text: str, pieces: list[Token]) -> dict[int, dict[Term, float]]:
    """Families named by a phrase or by Chinese characters, at every token of it."""
    words = lexicon()
    found: dict[int, dict[Term, float]] = {}

    def add(first: int, last: int, family: str, strength: float) -> None:
        for i in range(first, last):
            have = found.setdefault(i, {})
            for kind in "fv":
                have[(kind, family)] = max(have.get((kind, family), 0.0), strength)

    add_all(((at, ("t", code), 1.0) for (start, end), code in tongues_in(text) for at in range(start, end)), pieces, found)
    spoken = [piece.word for piece in pieces]
    stems = [stem(word) for word in spoken]
    for i, piece in enumerate(pieces):
        if piece.shape == "han":
            longest = 0
            for size in range(words.longest_han, 0, -1):
                text = "".join(spoken[i : i + size])
                if len(text) == size and text in words.by_han:
                    longest = longest or size
                    for family in words.by_han[text]:
                        for asked in words.asked(text, family):
                            add(i, i + size, asked, (0.85 if size > 1 else 0.4) * (1.0 if size == longest else 0.6))
        elif stems[i] in words.phrase_starts:
            for size in range(words.longest_phrase, 1, -1):
                said = tuple(stems[i : i + size])
                for families, how in ((words.asked_by_phrase, 0.75), (words.by_phrase, 0.9)):
                    for family in families.get(said, ()):
                        add(i, i + size, family, how)
    return found


def _happening(text: str, pieces: list[Token], language: Language) -> frozenset[int]:
    """The tokens that say only that what is named took place: "when did it take place" asks for its time, and for no place."""
    spans = [found.span() for found in language.happens.finditer(text.lower())]
    return frozenset(i for i, piece in enumerate(pieces) if any(overlap(piece.span, span) for span in spans))


def _word(pieces: list[Token], i: int, phrases: dict[Term, float], language: Language, light: Collection[int]) -> Word:
    piece, words = pieces[i], lexicon()
    terms, noun = dict(phrases), ""
    if piece.shape == "han":
        terms[("h", piece.word)] = 0.5
        if alone(pieces, i):
            terms[("w", piece.word)] = 1.0
        for other in (i - 1, i + 1):
            if 0 <= other < len(pieces) and pieces[other].shape == "han":
                pair = pieces[min(i, other)].word + pieces[max(i, other)].word
                terms[("h", pair)] = 1.0
        noun, kinds = noun_around(pieces, i)
        if noun:
            terms[("n", noun)] = 1.0
            if whole(pieces, i, noun):
                terms |= {("n", name): 1.0 for name in words.across(noun)}
            elif pieces[i - 1].word in DESCRIBES:  # "国" of "国花" is no country
                kinds = ()
        weight = 1.0 if is_word(piece.word, phrases) else 0.5
    else:
        picks = piece.word in language.first | language.last | language.current  # "first" is no word for a beginning
        for part, strength in _parts(piece.word):
            terms[("s", stem(part))] = strength
            for family in () if picks else words.by_stem.get(stem(part), ()):
                for kind in _said_of(singular(part), words.families[family]):
                    for asked in words.asked(stem(part), family):
                        terms[(kind, asked)] = max(terms.get((kind, asked), 0.0), 0.8 * strength)
        if (code := tongue(piece.word)) is not None:
            terms["t", code] = 1.0
        kinds = words.kinds_of(piece.word)
        terms |= {("n", name): 1.0 for name in (singular(piece.word), *words.across(piece.word))}
        weight = 0.6 if piece.shape == "number" else 1.0
    if piece.word in language.light and len(noun) < 2 and not (_asked_for(pieces, i) and words.by_stem.get(stem(piece.word))):
        weight *= _KIND if is_kind_of(pieces, i) else _LIGHT
    elif is_kind_of(pieces, i):  # "form of currency"
        weight *= _KIND
    if i in light:
        terms = {
            term: strength for term, strength in terms.items() if term[0] in "shw" and piece.word != "place"
        }  # which "takes place" holds
    if i in light or is_code(pieces, i) or is_amount(pieces, i):
        weight, kinds = weight * _LIGHT, ()
    before = i - 2 if i > 1 and pieces[i - 1].word in ("the", "a", "an") else i - 1
    joined = before >= 0 and pieces[before].shape != "mark" and pieces[before].word not in lexicon().english.stop
    joined &= piece.shape != "han" or pieces[i - 1].word not in _OF  # "老师的老师" are two
    close = before == i - 1 and joined
    possessive, way = _way(pieces, i)
    return Word(piece.text, piece.start, piece.end, i, weight, tuple(sorted(terms.items())), kinds, way, possessive, joined, close)


def _said_of(noun: str, family: Family) -> str:
    """Which steps of a family a word speaks of: "f" any but those of a verb that lead away from who does it, "v" those. What names
    who does it ("drug" of "treats") speaks only of the former, and what names what it is done to ("song" of "sung by") of neither."""
    if noun in family.to:
        return "f"
    return "" if noun in family.of else "fv"


def _asked_for(pieces: list[Token], i: int) -> bool:
    """Whether a word is all that "what" or "which" asks for: "what types are …", not "what type of film is …"."""
    after = pieces[i + 1].word if i + 1 < len(pieces) else ""
    return i > 0 and pieces[i - 1].word in ("what", "which") and after in _AUXILIARIES


def _parts(word: str) -> list[tuple[str, float]]:
    """The word itself and, where the lexicon does not know it, a known word that it ends with ("grandnephew", "filmmaker")."""
    words = lexicon()
    if len(word) > 7 and word.isalpha() and stem(word) not in words.by_stem:
        for i in range(3, len(word) - 3):
            if stem(word[i:]) in words.by_stem:
                return [(word, 1.0), (word[i:], 0.8)]
    return [(word, 1.0)]


def _way(pieces: list[Token], i: int) -> tuple[bool, int]:
    def word(j: int) -> str:
        return pieces[j].word if 0 <= j < len(pieces) else ""

    if pieces[i].shape == "han":
        j = i
        while j > 0 and pieces[j - 1].shape == "han" and word(j - 1) not in "的之是为":
            j -= 1
        if word(j - 1) == "为" and any(piece.word == "以" for piece in pieces[:j]):  # "以X为主角的电影": films whose hero is X
            return False, -1
        return word(j - 1) in ("的", "之"), 1 if word(j - 1) in ("的", "之") else 0
    first = i
    while first > 0 and pieces[first - 1].shape == "word" and word(first - 1) not in lexicon().english.stop:
        first -= 1
    before = (
        {word(first - 1), word(first - 2)} if word(first - 1) in ("the", "a", "their", "its", "his", "her", "also") else {word(first - 1)}
    )
    if before & lexicon().english.against:
        return False, -1
    last = i
    while word(last + 1) and pieces[last + 1].shape == "word" and word(last + 1) not in lexicon().english.stop:
        last += 1
    if word(first - 1) == "'s" or (word(first - 1) == "'" and word(first - 2).endswith("s")):
        return True, 1
    stranded = last + 2 >= len(pieces) or pieces[last + 2].shape == "mark" or word(last + 2) in _ASKED_OF
    if word(last + 1) in ("of", "for") and stranded:  # "what is X the director of?"
        return False, -1
    if word(last + 1) == "of" or (word(last + 1) in ("in", "for", "from") and singular(word(last)) in lexicon().end_nouns):
        return False, 1
    if word(i + 1) == "by":
        return False, -1
    return False, 0


def _weighed(words: list[Word]) -> list[Word]:
    """At most MOST_WORDS, the lightest left out first, then the farthest."""
    if len(words) <= MOST_WORDS:
        return words
    kept = sorted(range(len(words)), key=lambda i: (-words[i].weight, i))[:MOST_WORDS]
    return [words[i] for i in sorted(kept)]
