"""Which names and numbers a text claims, and which of them nothing at hand holds.

No model judges here: a claim is what looks like a name (quoted, capitalised, in 《》, a short answer in a list, a run of Han
characters that is more than plain words, a name that the graph knows) and is not made of names of the evidence, words of the question and plain words.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING

from kgllm.words.calendar import MONTHS
from kgllm.words.language import HAN
from kgllm.words.names import fold, fold_normalised, normalise_all
from kgllm.words.patterns import either, longest_first
from kgllm.words.stems import stem

if TYPE_CHECKING:
    from kgllm.graphs.base import Graph

_TOKEN = re.compile(rf"[{HAN}]|[^\W{HAN}]+")
_HAN_RUN = re.compile(f"[{HAN}][{HAN}·•・]*")
_HAN = re.compile(f"[{HAN}]")
_QUOTED = re.compile(
    r"《([^《》\n]{1,200})》|「([^「」\n]{1,200})」|『([^『』\n]{1,200})』|“([^“”\n]{1,200})”|«([^«»\n]{1,200})»|\"([^\"\n]{1,200})\""
)
_WORD = re.compile(rf"[^\W{HAN}](?:[\w'’&-]*[^\W{HAN}])?\.?")
NUMBER = re.compile(rf"(?<![\w.])\d(?:[\d,.]*\d)?(?![\w])|(?<=[{HAN}])\d(?:[\d,.]*\d)?|\d(?:[\d,.]*\d)?(?=[{HAN}])")
_DATE = re.compile(r"(-?\d{1,4})-(\d{1,2})-(\d{1,2})")
_SEGMENT = re.compile(r"[,;，；、。!?！？\n:：]|\.(?=\s|$)")
_AND = re.compile(r" (?:and|or|&) ")
_ANSWER_WORDS = 6  # a list of pieces no longer than this is an answer and nothing else
_MATCHED = ("id", "name", "alias", "normalised")
_LONGEST_NAME = 8


class Vocabulary:
    """What a text may say without claiming anything: names at hand, words of the question, plain words, counts."""

    def __init__(self, names: Iterable[str], *, question: str = "", counts: Iterable[str] = ()) -> None:
        names = tuple(names)
        folded = [fold_normalised(name) for name in normalise_all(names)]
        self._names = {tuple(_TOKEN.findall(name)) for name in folded} - {()}
        spoken = " \n ".join(" ".join(name) for name in sorted(self._names))
        self._spoken = f" {spoken} \n {' '.join(tokens(question))} "
        self._longest = max(map(len, self._names), default=0)
        self._han = longest_first({name for name in folded if _HAN.search(name)} | _pieces_of(fold(question)))
        self._question = {stem(token) for token in tokens(question)}
        self._stems = self._question | {stem(token) for token in {token for name in self._names for token in name}}
        self.numbers = {one.replace(",", "") for text in (*names, question) for one in NUMBER.findall(text)} | set(counts)
        self.dates = {word for name in names for found in _DATE.finditer(name) for word in _said(found)}

    def holds(self, said: tuple[str, ...]) -> bool:
        """Is it a name at hand, a part of one, or part of the question?"""
        return f" {' '.join(said)} " in self._spoken

    def claims_nothing(self, token: str) -> bool:
        """A word that claims nothing: plain English, of the question, of a date at hand."""
        return token in plain_words("en") or stem(token) in self._question or token in self.dates

    def familiar(self, token: str) -> bool:
        """A word that the question or the evidence uses, in any of its forms."""
        return stem(token) in self._stems

    def allows(self, said: tuple[str, ...]) -> bool:
        """Nothing here is the text's own claim."""
        return not said or self.holds(said) or self.covers(said)

    def covers(self, said: tuple[str, ...]) -> bool:
        """Is it put together from names at hand and plain words? Parts of two names side by side make a third: no."""
        at, after_part = 0, False
        while at < len(said):
            whole = next((n for n in range(min(self._longest, len(said) - at), 0, -1) if said[at : at + n] in self._names), 0)
            if whole:
                at, after_part = at + whole, False
            elif self.claims_nothing(said[at]) or self._counts(said, at):
                at, after_part = at + 1, False
            else:
                part = next((n for n in range(len(said) - at, 0, -1) if self.holds(said[at : at + n])), 0)
                if not part or after_part:
                    return False
                at, after_part = at + part, True
        return True

    def _counts(self, said: tuple[str, ...], at: int) -> bool:
        """A number at hand, or a small one that counts things: 2 films."""
        number = said[at]
        return number in self.numbers or (number.isdigit() and len(number) < 3 and at + 1 < len(said) and self.claims_nothing(said[at + 1]))

    def without_han(self, run: str) -> list[str]:
        """What is left of a run of Han characters when names at hand and pieces of the question are taken out."""
        left = fold(run)
        for name in self._han:
            left = left.replace(name, "\n")
        return [piece for piece in left.split("\n") if piece.strip()]


def claimed(text: str, vocabulary: Vocabulary, graph: Graph | None = None) -> tuple[str, ...]:
    """The names and numbers in the text that the vocabulary does not hold, in the order of the text, each once."""
    found = [*_quoted(text), *_capitalised(text, vocabulary), *_listed(text, vocabulary), *_numbers(text, vocabulary)]
    found += _known(text, graph) if graph is not None else []
    found += _han(text, vocabulary, graph)
    misses: list[tuple[int, int]] = []
    for start, end in sorted(set(found), key=lambda place: (place[0], -place[1])):
        if vocabulary.allows(tokens(text[start:end])):
            continue
        start, end = _trimmed(text, start, end, vocabulary)
        if not vocabulary.allows(tokens(text[start:end])) and not any(a <= start and end <= b for a, b in misses):
            misses.append((start, end))
    return tuple(dict.fromkeys(text[start:end] for start, end in misses))


def tokens(text: str) -> tuple[str, ...]:
    """Words in the form in which names are compared; every Han character is one."""
    return tuple(_TOKEN.findall(fold(text)))


@cache
def plain_words(language: str) -> frozenset[str]:
    """The words of `data/plain_words.toml`."""
    import tomllib

    data = tomllib.loads((files("kgllm.answering") / "data" / "plain_words.toml").read_text(encoding="utf-8"))
    return frozenset(data[language].split())


@cache
def _plain_han() -> re.Pattern[str]:
    return re.compile(either(plain_words("zh")))


def _pieces_of(question: str) -> set[str]:
    """Every piece of two or more Han characters of the question."""
    runs = _HAN_RUN.findall(question)
    return {run[a:b] for run in runs for a in range(len(run)) for b in range(a + 2, min(len(run), a + 24) + 1)}


def _said(date: re.Match[str]) -> Iterator[str]:
    """The words in which a date is written out: 1970-07-30 is July 30, 1970."""
    year, month, day = date.groups()
    yield from (year, str(int(month)), str(int(day)), day, month)
    if 1 <= int(month) <= 12:
        yield from (MONTHS[int(month) - 1], MONTHS[int(month) - 1][:3])


def _quoted(text: str) -> Iterator[tuple[int, int]]:
    for found in _QUOTED.finditer(text):
        group = found.lastindex or 0
        yield found.span(group)


def _capitalised(text: str, vocabulary: Vocabulary) -> Iterator[tuple[int, int]]:
    """Runs of capitalised words, small words between them included (Lord of the Rings), numbers after them (Apollo 13)."""
    run: list[re.Match[str]] = []
    small: list[re.Match[str]] = []
    last = 0
    for word in _WORD.finditer(text):
        if run and text[last : word.start()].strip(" "):
            yield from _ended(text, run, vocabulary, word)
            run, small = [], []
        bare = word[0]
        if bare[0].isupper() or (run and bare[0].isdigit() and not small):
            run += [*small, word] if run else [word]
            small = []
        elif run and bare.lower() in plain_words("joiners") and len(small) < 2:
            small.append(word)
        elif run:
            yield from _ended(text, run, vocabulary, small[0] if small else word)
            run, small = [], []
        last = word.end() if not (len(bare) > 2 and bare.endswith(".")) else word.end() - 1
    if run:
        yield from _ended(text, run, vocabulary, small[0] if small else None)


def _ended(text: str, run: list[re.Match[str]], vocabulary: Vocabulary, following: re.Match[str] | None) -> Iterator[tuple[int, int]]:
    """The run's place, unless it is one word that only begins a sentence. Parts joined by "and" also count alone."""
    start, end = run[0].start(), run[-1].end()
    if text[end - 1] == "." and len(run[-1][0]) > 2:
        end -= 1
    before = text[:start].rstrip()
    opens = not before or before[-1] in ".!?:;\n"
    if len(run) == 1 and opens and following is not None and text[end : following.start()] == " ":
        verb = following[0].lower()
        if not (vocabulary.familiar(verb) or verb in ("is", "was", "has", "had", "and", "are", "were", "also")):
            return
    if any(one[0] in ("and", "&") for one in run) and not vocabulary.holds(tokens(text[start:end])):
        piece: list[re.Match[str]] = []
        for one in run:
            if one[0] in ("and", "&"):
                if piece:
                    yield piece[0].start(), piece[-1].end()
                piece = []
            else:
                piece.append(one)
        if piece:
            yield piece[0].start(), min(end, piece[-1].end())
        return
    yield start, end


def _listed(text: str, vocabulary: Vocabulary) -> Iterator[tuple[int, int]]:
    """The pieces of a text that is an answer and nothing else: a few words, or several with commas between."""
    pieces, start = [], 0
    for mark in [*_SEGMENT.finditer(text), None]:
        end = mark.start() if mark else len(text)
        piece = text[start:end]
        if piece.strip():
            pieces.append((start + len(piece) - len(piece.lstrip()), start + len(piece.rstrip())))
        start = mark.end() if mark else end
    pieces = [(a, b) for a, b in pieces if not _HAN.search(text[a:b])]
    if all(len(tokens(text[a:b])) <= _ANSWER_WORDS for a, b in pieces):
        for a, b in pieces:
            cuts = [] if vocabulary.holds(tokens(text[a:b])) else [found.span() for found in _AND.finditer(text, a, b)]
            yield from zip([a, *(end for _, end in cuts)], [*(start for start, _ in cuts), b], strict=True)


def _numbers(text: str, vocabulary: Vocabulary) -> Iterator[tuple[int, int]]:
    """Numbers of three digits and more that nothing holds; smaller ones count things more often than they name them."""
    for found in NUMBER.finditer(text):
        number = found[0].replace(",", "")
        if len(number) >= 3 and number not in vocabulary.numbers:
            yield found.span()


def _known(text: str, graph: Graph) -> list[tuple[int, int]]:
    """Names of the graph of two words and more, however they are written."""
    words = [found for found in _WORD.finditer(text)]
    places = []
    for a in range(len(words)):
        for b in range(a + 2, min(len(words), a + _LONGEST_NAME) + 1):
            said = tokens(text[words[a].start() : words[b - 1].end()])
            if sum(word not in plain_words("en") for word in said) >= 2 and "\n" not in text[words[a].start() : words[b - 1].end()]:
                places.append((words[a].start(), words[b - 1].end()))
    return _matched(text, places, graph)


def _han(text: str, vocabulary: Vocabulary, graph: Graph | None) -> list[tuple[int, int]]:
    """In unspaced text: names that the graph knows, longest first, else what is left when plain words are taken out."""
    places: list[tuple[int, int]] = []
    for run in _HAN_RUN.finditer(text):
        left = run[0]
        for piece in vocabulary.without_han(left):
            at = fold(left).find(piece)
            start = run.start() + at if at >= 0 and len(fold(left)) == len(left) else run.start()
            spans = [(start + a, start + b) for a in range(len(piece)) for b in range(a + 2, min(len(piece), a + 16) + 1)]
            known = _matched(text, spans, graph) if graph is not None else []
            known = [one for one in known if not _plain_han().fullmatch(text[slice(*one)])]
            if known:
                places.append(max(known, key=lambda place: (place[1] - place[0], -place[0])))
                continue
            place = 0
            for gap in [*_plain_han().finditer(piece), None]:
                end = gap.start() if gap else len(piece)
                if end - place >= 2:
                    places.append((start + place, start + end))
                place = gap.end() if gap else end
    return places


def _matched(text: str, places: list[tuple[int, int]], graph: Graph) -> list[tuple[int, int]]:
    found = graph.find([text[start:end] for start, end in places]) if places else []
    return [place for place, matches in zip(places, found, strict=True) if any(match.kind in _MATCHED for match in matches)]


def _trimmed(text: str, start: int, end: int, vocabulary: Vocabulary) -> tuple[int, int]:
    """The claim without plain words around it: "The director Steven Spielberg" claims Steven Spielberg. An article stays by a name."""
    if _HAN.search(text[start:end]):
        return start, end
    words = list(_WORD.finditer(text, start, end))

    def idle(word: re.Match[str]) -> bool:
        return all(vocabulary.claims_nothing(one) and one not in vocabulary.dates for one in tokens(word[0]))

    def ends(word: re.Match[str]) -> bool:
        return idle(word) or word[0] in plain_words("verbs")

    while len(words) > 1 and idle(words[0]) and not (words[0][0] in ("The", "A", "An") and words[1][0][0].isupper()):
        words = words[1:]
    while len(words) > 1 and not (words[-1][0][0].isupper() or words[-1][0][0].isdigit()) and ends(words[-1]):
        words = words[:-1]
    return (words[0].start(), words[-1].end()) if words else (start, end)
