"""Questions that say the whole name of a field: "Which lamps have the colour red?", "lamps whose maker is not Olm", 颜色为红色的灯具有多少？

Such a question is a row of kinds, fields, values and of small words (fielded.toml) between them. Each piece is a letter here, and the row of
letters says which value is said of which field, what is denied, what is joined, and whether a number is asked for. What has any other
word in it is not read, nor what may as well ask for the value of a field ("the father of Ann", 安的父亲).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import product
from typing import Any

from kgllm.frozen import frozen
from kgllm.words.parts import NOTHING, words_of
from kgllm.words.questions import MEASURES
from kgllm.words.tables import read_table
from kgllm.words.tokens import Token, tokens

KIND, FIELD, VALUE = "K", "F", "V"
_LETTERS = {
    "filler": "x",
    "asks": "q",
    "lists": "l",
    "counts": "c",
    "be": "b",
    "have": "h",
    "relative": "w",
    "of": "o",
    "for": "f",
    "as": "a",
    "do": "d",
    "not": "n",
    "without": "nh",
    "leaving": "L",
    "others": "N",
    "and": "A",
    "or": "O",
    "else": "E",
    "things": "e",
    "whether": "y",
}
_COMMAS = frozenset(",，、;；")
_SIGNS = re.compile(r"(?<!\S)[^\w\s]{2,}(?!\S)")
_ENDS = "?.!。？！"
_STEPS = 4000  # of the search for a row
_TEXTS = 1000  # that may be values: a question with more is not read
_ROWS = 300  # rows that are read, at most
_LONG, _LONG_HAN = 12, 24  # words and characters of a value
_PLAIN = 4  # … where each of them may be something else
_FIRST = re.compile(r"[xm]")
_ONE = re.compile(r"A*Ow?b?|E")
_ALL_OF = re.compile(r"A+b?")
_NEITHER = re.compile(r"A*nb?")
_FIELD_FIRST = re.compile(r"w?b?[nL]?b?O?")
_VALUE_FIRST = re.compile(r"n?[af]|b?n?[qcl]*(?:K|e)?[ql]*o")
_OF_WHAT = re.compile(r"b?n?")


@frozen
class Piece:
    """What stands at some tokens (from `start` to before `end`): letters, and the kind, the fields or the value that it is."""

    letters: str
    start: int
    end: int
    what: Any = None


@dataclass(frozen=True, slots=True)
class Said:
    """That a field has a value, any of several, or all of them; or, where it is denied, has another."""

    field: Any
    values: tuple[Any, ...]
    every: bool = False
    denied: bool = False


@dataclass(frozen=True, slots=True)
class Fielded:
    """What a question says of the things that it asks for. `kind`: what they are, where it is said; `either`: one of the conditions is enough;
    `counts`: their number is asked for; `bare`: nothing but a field and a value is said."""

    kind: Any
    said: tuple[Said, ...]
    either: bool = False
    counts: bool = False
    bare: bool = False


def rows(
    question: str, named: Callable[[Sequence[Token], int], list[Piece]], valued: Callable[[list[str]], dict[str, Any]]
) -> Iterator[Fielded]:
    """The ways in which a question may be read, the likeliest first. `named`: the kinds and fields that begin at a token; `valued`: of some
    texts those that are values.

    >>> def named(words, at):
    ...     return [Piece({"lamps": "K", "colour": "F"}[words[at].word], at, at + 1, words[at].word)] if words[at].word in ("lamps", "colour") else []
    >>> def valued(texts):
    ...     return {text: text for text in texts if text in ("red", "green")}
    >>> next(rows("How many lamps have red or green as their colour?", named, valued))
    Fielded(kind='lamps', said=(Said(field='colour', values=('red', 'green'), every=False, denied=False),), either=False, counts=True, bare=False)
    >>> next(rows("What is the colour of red?", named, valued), None)
    """
    words = _words(question)
    if not words:
        return
    at = [[*named(words, n), *_small(words, n)] for n in range(len(words))]
    letters = {piece.letters for pieces in at for piece in pieces}
    if FIELD in letters:
        for piece in _values(question, words, at, valued):
            at[piece.start].append(piece)
    elif KIND not in letters:
        return
    for n, row in enumerate(_tiled(at)):
        found = _read(row)
        if found is not None:
            yield found
        if n == _ROWS:
            return


def _words(question: str) -> list[Token]:
    """The words of a question, commas, and what is written in marks alone (":-)"): that may be a value."""
    signs = {match.start(): match for match in _SIGNS.finditer(question)}
    out: list[Token] = []
    for piece in tokens(question):
        sign = signs.get(piece.start)
        if sign is not None:
            out.append(Token(sign[0], sign[0], *sign.span(), "word"))
        elif out and piece.start < out[-1].end:
            continue
        elif piece.shape != "mark" or piece.word == "'s" or piece.text in _COMMAS:
            out.append(piece)
    return out


def _small(words: Sequence[Token], at: int) -> list[Piece]:
    """The small words that begin at a token."""
    if words[at].text in _COMMAS:
        return [Piece("m", at, at + 1)]
    phrases, longest = _phrases()
    said = tuple(word.word for word in words[at : at + longest])
    found = ((size, phrases.get(said[:size])) for size in range(len(said), 0, -1))
    return [Piece(letters, at, at + size) for size, letters in found if letters is not None]


def _values(
    question: str, words: Sequence[Token], at: Sequence[Sequence[Piece]], valued: Callable[[list[str]], dict[str, Any]]
) -> Iterator[Piece]:
    """The values in a question: each holds whole runs of words that are nothing else."""
    known = {n for pieces in at for piece in pieces for n in range(piece.start, piece.end)}
    spans = _may_be_values(words, known)
    unknown = _shortest_run([n for n in range(len(words)) if n not in known])
    if unknown is not None:  # where it is in no value, as is mostly so, nothing else need be looked up: not every word is read
        first, last = unknown
        around = _texts(question, words, [(start, end) for start, end in spans if start <= first and last < end])
        if len(around) > _TEXTS or not valued(list(around)):
            return
    places = _texts(question, words, spans)
    if len(places) > _TEXTS:  # no field or kind parts its words
        return
    for text, what in sorted(valued(list(places)).items(), key=lambda pair: -len(pair[0])):
        for start, end in places[text]:
            yield Piece(VALUE, start, end, what)


def _may_be_values(words: Sequence[Token], known: Collection[int]) -> list[tuple[int, int]]:
    """The tokens, from and to, that may be a value, by those that are something else."""
    found: list[tuple[int, int]] = []
    for start in range(len(words)):
        if start and start not in known and start - 1 not in known:
            continue
        most = _LONG_HAN if words[start].shape == "han" else _LONG
        for end in range(start + 1, min(len(words), start + most) + 1):
            cuts = end < len(words) and end not in known and end - 1 not in known
            plain = end - start > _PLAIN and all(n in known for n in range(start, end))
            if not (cuts or plain or words[end - 1].text in _COMMAS):
                found.append((start, end))
    return found


def _shortest_run(places: Sequence[int]) -> tuple[int, int] | None:
    """The first and the last of the fewest places that stand together; of several the last."""
    runs: list[tuple[int, int]] = []
    for n in places:
        if runs and runs[-1][1] == n - 1:
            runs[-1] = (runs[-1][0], n)
        else:
            runs.append((n, n))
    return min(reversed(runs), key=lambda run: run[1] - run[0], default=None)


def _texts(question: str, words: Sequence[Token], spans: Sequence[tuple[int, int]]) -> dict[str, list[tuple[int, int]]]:
    """The texts that stand at some tokens, each with where; the first that are too many are enough."""
    places: dict[str, list[tuple[int, int]]] = {}
    for start, end in spans:
        for text in _written(question, words[start].start, words[end - 1].end):
            places.setdefault(text, []).append((start, end))
        if len(places) > _TEXTS:
            break
    return places


def _written(question: str, start: int, end: int) -> list[str]:
    """A text as it stands, and with the marks that stand right beside it: "C#", "Au (Sieg)"."""
    if all(letter.isalnum() or letter.isspace() for letter in (*question[max(start - 1, 0) : start], *question[end : end + 1])):
        text = question[start:end]
        return [text, bare] if (bare := text.rstrip(_ENDS)) and bare != text else [text]
    first, last = start, end
    while first and not question[first - 1].isalnum() and not question[first - 1].isspace():
        first -= 1
    while last < len(question) and not question[last].isalnum() and not question[last].isspace():
        last += 1
    ends = dict.fromkeys((end, min(end + 1, last), last))
    found = [question[one:other] for one, other in product(dict.fromkeys((start, first)), ends)]
    return list(dict.fromkeys([*found, *filter(None, (text.rstrip(_ENDS) for text in found))]))


def _tiled(at: Sequence[Sequence[Piece]]) -> Iterator[list[Piece]]:
    """The rows of pieces that leave no token out, the longest pieces first."""
    size = len(at)
    leads = [False] * size + [True]
    for n in range(size - 1, -1, -1):
        leads[n] = any(leads[piece.end] for piece in at[n])
    if not leads[0]:
        return
    order = {FIELD: 0, KIND: 1}
    choices = [sorted((one for one in at[n] if leads[one.end]), key=lambda one: (-one.end, order.get(one.letters, 2))) for n in range(size)]
    stack: list[tuple[int, list[Piece]]] = [(0, [])]
    for _ in range(_STEPS):
        if not stack:
            return
        n, row = stack.pop()
        if n == size:
            yield row
            continue
        for piece in reversed(choices[n]):
            if not (piece.letters == VALUE and row and row[-1].letters == VALUE):
                stack.append((piece.end, [*row, piece]))


def _read(row: Sequence[Piece]) -> Fielded | None:
    """What a row of pieces says; None where it may as well say something else."""
    letters = "".join("" if piece.letters == "x" else piece.letters for piece in row)
    whats = [piece.what for piece in row if piece.letters != "x" for _ in piece.letters]
    kinds = [what for letter, what in zip(letters, whats, strict=True) if letter == KIND]
    if any(kind != kinds[0] for kind in kinds[1:]):
        return None
    if "OO" in letters:  # "either OR or MT"
        return None
    kind = kinds[0] if kinds else None
    counts = "c" in letters
    asks = any(letter in letters for letter in "qlc")
    if not asks and (letters[:1] in ("b", "d", "h") or "y" in letters):  # it asks whether there is any
        return None
    if counts and not (kinds or "e" in letters):
        return None
    if FIELD not in letters:
        plain = kinds and asks and VALUE not in letters and not set(letters) & set("nNLaOe") and not letters.endswith("h")
        return Fielded(kind, (), counts=counts) if plain else None
    if re.search(r"[qc]F(?!b?O?V.*K)|Fbq|h$", letters.replace("m", "")):  # "How many children does Ann have?"
        return None
    found = _pairs(letters, whats)
    if found is None:
        return None
    said, either = found
    bare = not kinds and not set(letters) & set("eqwlch")
    if bare and letters.replace("m", "") != "FV":
        return None
    return Fielded(kind, said, either, counts, bare)


def _pairs(letters: str, whats: Sequence[Any]) -> tuple[tuple[Said, ...], bool] | None:
    """What is said of each field, and whether one of them is enough."""
    groups = _groups(letters)
    if groups is None or len(groups) % 2:
        return None
    out: list[Said] = []
    joins: list[str] = []
    end = 0
    for one, other in zip(groups[::2], groups[1::2], strict=True):
        before, between = (_plain(letters[end : one[0]]), _plain(letters[one[1] : other[0]]))
        first = letters[one[0]]
        if {first, letters[other[0]]} != {FIELD, VALUE}:
            return None
        field, values = (one, other) if first == FIELD else (other, one)
        rest = letters[: one[0]] + letters[other[1] :]
        if not (_says_value(before, between) if first == FIELD else _is_value(before, between, rest)):
            return None
        joiner = values[2]
        denials = (before + between).count("n") - (joiner == "E")
        if joiner == "n" and not denials:
            return None
        leaves = "L" in before + between or letters[other[1] :].lstrip("m").startswith("N") or (not out and "N" in rest)
        if denials + leaves > 1 or denials < 0:
            return None
        found = tuple(whats[n] for n in range(values[0], values[1]) if letters[n] == VALUE)
        out.append(Said(whats[field[0]], found, joiner == "A", bool(denials + leaves)))
        joins.append("O" if "O" in before and "A" not in before else "A")
        end = other[1]
    if "n" in letters[end:] or any(one.denied and one.every for one in out) or len(set(joins[1:])) > 1:
        return None
    return tuple(out), joins[1:2] == ["O"]


def _groups(letters: str) -> list[tuple[int, int, str]] | None:
    """The fields and the values in their order, values that are joined as one, with what joins them: "O", "A", "E" (不是A就是B) or
    "n" (neither A nor B); None where two do."""
    found: list[tuple[int, int, str]] = []
    for n, letter in enumerate(letters):
        if letter not in (FIELD, VALUE):
            continue
        between = letters[found[-1][1] : n] if found else ""
        if letter == VALUE and found and letters[found[-1][1] - 1] == VALUE:
            start, _, joiner = found[-1]
            small = _plain(between)
            how = "O" if _ONE.fullmatch(small) else "A" if _ALL_OF.fullmatch(small) else "m" if between == "m" else ""
            how = "E" if small == "E" else "n" if _NEITHER.fullmatch(small) else how
            if not how or (joiner and joiner != how and "m" not in (joiner, how)):
                return None
            found[-1] = (start, n + 1, how if joiner in ("", "m") else joiner)
        else:
            found.append((n, n + 1, ""))
    return None if any(joiner == "m" for _, _, joiner in found) else found


def _plain(letters: str) -> str:
    return _FIRST.sub("", letters)


def _says_value(before: str, between: str) -> bool:
    """Whether a value that follows a field is said of it: "whose colour is red", "with a colour of red"."""
    return _FIELD_FIRST.fullmatch(between) is not None or (between in ("o", "oO") and before.endswith("h"))


def _is_value(before: str, between: str, rest: str) -> bool:
    """Whether a field that follows a value is what it is of something: "have red as colour", "red is the colour of which lamps"."""
    if between == "b" and before.endswith("h"):  # 以红色为颜色
        return True
    if between.lstrip("n") in ("a", "f"):
        return before.rstrip("n").endswith(("h", "d", "A", "O"))
    if _OF_WHAT.fullmatch(between) and re.search("[of]", rest):
        return "b" in between or before.rstrip("O").endswith(("b", "A", "n"))
    return between.endswith("o") and _VALUE_FIRST.fullmatch(between) is not None and len(between) > 1


@cache
def _phrases() -> tuple[dict[tuple[str, ...], str], int]:
    """The letters of small words, by their tokens, and how many the longest has."""
    data = read_table("fielded")
    nothing = (said for mark in NOTHING for said in words_of(mark))
    out = {tuple(piece.word for piece in _words(said)): "x" for said in nothing}
    for name, letters in _LETTERS.items():
        for said in data[name].values():
            for phrase in said.split():
                out[tuple(piece.word for piece in _words(phrase.replace("_", " ")))] = letters
    for name, said in data["measured"].items():
        for phrase, measure in product(said.split(), ("", *MEASURES)):
            out[tuple(phrase + measure)] = _LETTERS[name]
    return out, max(map(len, out))
