"""Near names through their words: far fewer than names, so a slip of the keyboard is found among words and then looked up.

Words are runs of letters and digits; Chinese, which writes none, is cut into pairs of characters. Columns of lists: the
sorted vocabulary, the names that hold each word, and the words under each hash of themselves with one letter left out
(Garbe's symmetric deletion: all words within one edit, two swapped letters among them, share such a hash). A fourth has the
names by their initials.
"""

from __future__ import annotations

import math
import re
from collections import defaultdict
from collections.abc import Callable
from itertools import count, pairwise

import numpy as np
from rapidfuzz.distance import OSA

from kgllm.graphs.columns import Column, Strings, deletion_hashes, grouped, hashes
from kgllm.words.language import HAN
from kgllm.words.names import fold_normalised

_HAN = f"{HAN}\u3040-\u30ff"
_PIECES = re.compile(f"[{_HAN}]+|[^ {_HAN}]+")
_APART = re.compile(f"(?<=[{_HAN}]) (?=[{_HAN}])")
_SHORTEST_TYPO = 4  # letters: shorter words are too near one another to be corrected
_OFTEN = 4_000  # names of a word that are looked at one by one; of more frequent words only those that rarer words lead to
_NEAR_WORDS = 12
_VERIFIED = 256
_KNOWN = 0.6  # what a name within some edits is worth when the words asked for are words of the graph
_INITIALS = 0.6
_MOST_INITIALS = 6
_SMALL = frozenset(("of", "the", "and", "for", "in", "on", "at", "de", "la", "du", "von", "van"))


def words_of(form: str) -> list[str]:
    """The words of a folded name; Chinese runs as overlapping pairs.

    >>> words_of("机械设计 part 2")
    ['机械', '械设', '设计', 'part', '2']
    """
    if form.isascii():
        return form.split()
    out: list[str] = []
    for piece in _PIECES.findall(form):
        out += [piece] if len(piece) < 3 or not re.match(f"[{_HAN}]", piece) else [piece[i : i + 2] for i in range(len(piece) - 1)]
    return out


class WordIndex:
    """Words → names. `vocabulary` is sorted by code point, so that the words with a prefix are neighbours."""

    _COLUMNS = ("word_starts", "word_forms", "typo_starts", "typo_words", "initial_starts", "initial_forms")

    def __init__(self, vocabulary: Strings, columns: dict[str, Column], forms: int) -> None:
        self.vocabulary, self._columns, self._count = vocabulary, columns, forms
        self._starts, self._forms, self._typo_starts, self._typo_words = (columns[name] for name in self._COLUMNS[:4])
        self._initial_starts, self._initial_forms = columns["initial_starts"], columns["initial_forms"]

    @classmethod
    def build(cls, forms: list[str]) -> WordIndex:
        """Index the words of the (normalised) names."""
        place: defaultdict[str, int] = defaultdict(count().__next__)
        counts: list[int] = []
        written: list[str] = []
        short: list[tuple[str, int]] = []
        for i, form in enumerate(forms):  # millions of them: what most need none of is asked first
            words = form.split() if form.isascii() else words_of(fold_normalised(form))
            if len(words) > 1:
                if form.isascii():
                    short += [(letters, i) for letters in sorted(_initials(words))]
                words = list(dict.fromkeys(words))
            counts.append(len(words))
            written += words
        flat = np.fromiter(map(place.__getitem__, written), np.int64, len(written))
        vocabulary = sorted(place)
        rank = np.empty(len(place), np.int64)
        rank[np.fromiter((place[word] for word in vocabulary), np.int64, len(place))] = np.arange(len(place))
        starts, postings = grouped(rank[flat], np.repeat(np.arange(len(forms)), np.array(counts, np.int64)), len(vocabulary))
        correctable = [i for i, word in enumerate(vocabulary) if _correctable(word)]
        correct = [vocabulary[i] for i in correctable]
        row, keys = deletion_hashes(correct)
        row, keys = np.concatenate([np.arange(len(correct)), row]), np.concatenate([hashes(correct), keys])
        typos = _bucketed(keys, np.array(correctable, np.int64)[row])
        letters = _bucketed(hashes([letters for letters, _ in short]), np.array([i for _, i in short], np.int64))
        columns = dict(zip(cls._COLUMNS, (starts, postings, *typos, *letters), strict=True))
        return cls(Strings.of(vocabulary), columns, len(forms))

    @classmethod
    def open(cls, column: Callable[[str], Column]) -> WordIndex:
        columns = {name: column(name) for name in cls._COLUMNS}
        return cls(Strings(column("words"), column("word_ends")), columns, len(column("form_ends")) - 1)

    def files(self) -> dict[str, Column]:
        """Every column by the name of its file."""
        return {"words": self.vocabulary.blob, "word_ends": self.vocabulary.ends, **self._columns}

    # --- words ---

    def place(self, word: str) -> int:
        """Where the vocabulary has the word, or would."""
        low, high = 0, len(self.vocabulary)
        while low < high:
            middle = (low + high) // 2
            if self.vocabulary[middle] < word:
                low = middle + 1
            else:
                high = middle
        return low

    def count(self, word: str) -> int:
        """How many names hold the word (0: none)."""
        at = self.place(word)
        return self._size(at) if at < len(self.vocabulary) and self.vocabulary[at] == word else 0

    def _size(self, at: int) -> int:
        return int(self._starts[at + 1]) - int(self._starts[at])

    def near_words(self, word: str) -> list[tuple[int, float]]:
        """(place, likeness) of the words within one edit, the word itself first; for long words some of those within two."""
        at = self.place(word)
        out = [(at, 1.0)] if at < len(self.vocabulary) and self.vocabulary[at] == word else []
        if not _correctable(word):
            return out
        variants = [word[:i] + word[i + 1 :] for i in range(len(word))]
        if len(word) > 7:  # two slips: what is left after two deletions, against the vocabulary after one
            variants += [variant[:i] + variant[i + 1 :] for j, variant in enumerate(variants) for i in range(j, len(variant))]
        keys = hashes([word, *dict.fromkeys(variants)])
        buckets = np.unique(keys & np.uint64(len(self._typo_starts) - 2))
        places = {int(p) for b in buckets.tolist() for p in self._typo_words[int(self._typo_starts[b]) : int(self._typo_starts[b + 1])]}
        most = 2 if len(word) > 7 else 1
        scored = []
        for place in sorted(places):
            distance = OSA.distance(word, other := self.vocabulary[place], score_cutoff=most)
            if 0 < distance <= most:
                same_start = other[0] == word[0]  # people rarely miss the first letter
                scored.append((place, 1 - (distance + (0 if same_start else 0.5)) / max(len(word), len(other))))
        scored.sort(key=lambda one: (-one[1], one[0]))
        return out + scored[:_NEAR_WORDS]

    def _beginning(self, prefix: str) -> list[tuple[int, float]]:
        """Words that begin so, at most a few."""
        if len(prefix) < 3:
            return []
        first, last = self.place(prefix), self.place(prefix + "\U0010ffff")
        return [(at, len(prefix) / len(self.vocabulary[at])) for at in range(first, min(last, first + 2 * _NEAR_WORDS))]

    # --- names ---

    def near(self, text: str, forms: Strings, limit: int) -> list[tuple[int, float]]:
        """(form, score) of names near the folded text, best first: each a likeness below 0.9, parts of names below that."""
        words = list(dict.fromkeys(words_of(text)))[:64]
        if not words or not len(self.vocabulary):
            return []
        options = [self._options(word, last=word is words[-1]) for word in words]
        known = all(group and group[0][1] == 1.0 for group in options)  # a text of known words is hardly a slip of other ones
        candidates = self._vote(options + self._joined(words), forms)
        scored = {form: likeness(text, fold_normalised(forms[form]), slip=_KNOWN if known else 1.0) for form in candidates}
        if len(words) == 1:
            scored |= {form: max(_INITIALS, scored.get(form, 0.0)) for form in self._abbreviated(text, forms)}
        ranked = sorted(((form, score) for form, score in scored.items() if score > 0), key=lambda one: (-one[1], one[0]))
        return ranked[:limit]

    def _abbreviated(self, text: str, forms: Strings) -> list[int]:
        """Names whose words begin with the letters of the text; none where these are too many to mean one."""
        if not (1 < len(text) <= _MOST_INITIALS and text.isascii() and text.isalpha()):
            return []
        at = int(hashes([text])[0]) & (len(self._initial_starts) - 2)
        held = self._initial_forms[int(self._initial_starts[at]) : int(self._initial_starts[at + 1])]
        return [] if len(held) > _OFTEN // 8 else [form for form in dict.fromkeys(held.tolist()) if text in initials(forms[form])]

    def _options(self, word: str, *, last: bool) -> list[tuple[int, float]]:
        """The words of the vocabulary that this word may stand for."""
        near = self.near_words(word)
        if last and not (near and near[0][1] == 1.0):
            near += self._beginning(word)
        if not near and len(word) > 2 * _SHORTEST_TYPO - 2:  # "spiderman": two words written as one
            cuts = ((self.place(word[:i]), self.place(word[i:]), i) for i in range(3, len(word) - 2))
            for left, right, i in cuts:
                if self._is(left, word[:i]) and self._is(right, word[i:]):
                    near += [(left, 0.5), (right, 0.5)]
        return near

    def _joined(self, words: list[str]) -> list[list[tuple[int, float]]]:
        """ "spider man": one word written as two."""
        pairs = [left + right for left, right in pairwise(words) if left.isascii() and right.isascii()]
        return [[(at, 1.0)] for pair in pairs if self._is(at := self.place(pair), pair)]

    def _is(self, at: int, word: str) -> bool:
        return at < len(self.vocabulary) and self.vocabulary[at] == word

    def _vote(self, options: list[list[tuple[int, float]]], forms: Strings) -> list[int]:
        """The names that hold most of the words, by idf, short ones first: rare words propose, frequent ones only vote."""
        rarest = sorted((group for group in options if group), key=lambda group: min(self._size(at) for at, _ in group))
        names, votes = np.zeros(0, np.int64), np.zeros(0)
        for turn, group in enumerate(rarest):
            members, weights = [names], [np.zeros(len(names))]
            for at, like in group:
                held = self._forms[int(self._starts[at]) : int(self._starts[at + 1])]
                if len(held) > _OFTEN:
                    held = held[:_OFTEN] if turn == 0 else names[held[np.minimum(np.searchsorted(held, names), len(held) - 1)] == names]
                members.append(held.astype(np.int64))
                weights.append(np.full(len(held), like * (math.log(max(2, self._count) / (self._size(at) + 0.5)) + 0.5)))
            merged, place = np.unique(np.concatenate(members), return_inverse=True)
            best = np.zeros(len(merged))
            np.maximum.at(best, place, np.concatenate(weights))
            best[np.searchsorted(merged, names)] += votes
            names, votes = merged, best
        lengths = forms.ends[names + 1].astype(np.int64) - forms.ends[names]
        return [int(name) for name in names[np.lexsort((names, lengths, -votes))[:_VERIFIED]]]


def _correctable(word: str) -> bool:
    """Whether a word is long enough to be known with a slip in it; another number is another thing."""
    return len(word) >= _SHORTEST_TYPO and not word.isdecimal()


def _bucketed(keys: Column, values: Column) -> tuple[Column, Column]:
    """Values under the low bits of their hashes, some two to a bucket; what is found there is to be verified."""
    buckets = 1 << max(4, len(keys).bit_length() - 1)
    return grouped((keys & np.uint64(buckets - 1)).astype(np.int64), values, buckets)


def initials(form: str) -> set[str]:
    """The first letters of a name of several words, with and without the small ones.

    >>> sorted(initials("united states of america"))
    ['usa', 'usoa']
    """
    return _initials(form.split()) if form.isascii() and " " in form else set()


def _initials(words: list[str]) -> set[str]:
    small = not _SMALL.isdisjoint(words)
    if len(words) > _MOST_INITIALS and not small:
        return set()
    found = ["".join([word[0] for word in words])]
    if small:
        found.append("".join([word[0] for word in words if word not in _SMALL]))
    return {letters for letters in found if 1 < len(letters) <= _MOST_INITIALS and letters.isalpha()}


def likeness(text: str, name: str, *, slip: float = 1.0) -> float:
    """How near a name is to a text, 0 to 0.9: by edits of the whole (times `slip`); else, below 0.75, by the part that the text is.

    >>> likeness("cristopher nolan", "christopher nolan") > likeness("nolan", "christopher nolan") > likeness("nolan", "alan") == 0
    True
    >>> likeness("五年级上册", "数学 五年级 上册") > likeness("级上册", "数学 五年级 上册") > 0
    True
    """
    if not text.isascii() and _APART.search(name) and not _APART.search(text):  # written apart, and asked for in one: 五年级上册
        name = _APART.sub("", name)
    longer = max(len(text), len(name))
    edits = OSA.distance(text, name)
    allowed = max(1, longer // 5) if longer >= (_SHORTEST_TYPO if text.isascii() else 3) else 0
    whole = 0.9 * (1 - edits / longer) * slip if edits <= allowed else 0.0
    return max(whole, _part(text, name))


def _part(text: str, name: str) -> float:
    """0.4 to 0.75 when the name holds the words of the text (the last may be cut short), by how much of the name that is."""
    share = len(text) / max(len(text), len(name))
    if f" {text} " in f" {name} " or (not text.isascii() and text in name):
        return 0.55 + 0.2 * share
    words = set(words_of(text))
    if len(words) > 1 and words <= set(words_of(name)):
        return 0.5 + 0.2 * share
    return 0.4 + 0.2 * share if f" {text}" in f" {name}" else 0.0
