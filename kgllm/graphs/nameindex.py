"""The name index: which nodes may a text mean? Built in bulk, memory-mapped, asked in batches.

Exact and near forms are found by 64-bit hashes, verified against the stored text; typos, prefixes and parts of names by the
words of the names (`kgllm.graphs.wordindex`). A look-up costs microseconds and a search milliseconds, however many names there are.

>>> index = NameIndex.build(np.array([7, 7, 8]), ["Christopher Nolan", "Nolan, Chris", "Nolan (wrestler)"], ["name", "alias", "name"])
>>> [(hit.handle, hit.kind) for hit in index.lookup(["christopher_nolan"])[0]], [hit.handle for hit in index.search("Cristopher Nolan")]
([(7, 'normalised')], [7])
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import NamedTuple

import numpy as np

from kgllm.graphs.base import KINDS, MatchKind
from kgllm.graphs.columns import Column, Strings, distinct, grouped, hashes, smallest
from kgllm.graphs.wordindex import WordIndex
from kgllm.words.names import LONGEST, clean, fold_normalised, initialled, normalise_all, unqualified

SCORES: dict[str, float] = {"id": 1.0, "name": 1.0, "alias": 1.0, "normalised": 0.97, "folded": 0.93, "qualifier": 0.90}
"""What a match of each kind is worth; a fuzzy one is worth less with each edit."""


class Hit(NamedTuple):
    """A node that a text may mean: its handle, how and how well its `name` matched."""

    handle: int
    kind: MatchKind
    score: float
    name: str


class NameIndex:
    """Names and aliases and ids of nodes, by every form in which people write them. Immutable, so threads may share it.

    Columns: `texts` are the distinct names in the order of their hashes; `row_starts` lists for each its rows (`handles`, `kinds`);
    `forms` are the distinct normalised names in the order of theirs, `form_starts` and `form_texts` list the texts of each;
    `folded` and `loose` (without a qualifier, or the initials that are one) are sorted hashes of further forms, beside the form or text that they lead to.
    """

    _COLUMNS = (
        "text_hashes", "row_starts", "handles", "kinds", "form_hashes", "form_starts", "form_texts",
        "folded_hashes", "folded_forms", "loose_hashes", "loose_texts",
    )  # fmt: skip

    def __init__(self, columns: dict[str, Column], texts: Strings, forms: Strings, words: WordIndex) -> None:
        self._columns, self.texts, self.forms, self.words = columns, texts, forms, words
        self._text_hashes, self._row_starts, self._handles, self._kinds = (columns[name] for name in self._COLUMNS[:4])
        self._form_hashes, self._form_starts, self._form_texts = (columns[name] for name in self._COLUMNS[4:7])
        self._folded_hashes, self._folded_forms, self._loose_hashes, self._loose_texts = (columns[name] for name in self._COLUMNS[7:])

    # --- made, merged, kept ---

    @classmethod
    def empty(cls) -> NameIndex:
        """An index of nothing."""
        return cls.build(np.zeros(0, np.int64), [], [])

    @classmethod
    def build(cls, handles: Column, names: Sequence[str], kinds: Sequence[str] | Column) -> NameIndex:
        """Row i says that node `handles[i]` is called `names[i]`; kinds are "id", "name" or "alias" (or their places in `KINDS`).

        Names of nothing but space, and those over 1 KiB, are left out. Rows said twice count once.
        """
        codes = kinds if isinstance(kinds, np.ndarray) else np.array([KINDS.index(kind) for kind in kinds], np.uint8)
        cleaned = [name if name.isascii() else clean(name) for name in names]
        keep = np.array([0 < len(name) <= LONGEST and _fits(name) for name in cleaned], bool)
        if not keep.all():
            cleaned = [name for name, kept in zip(cleaned, keep, strict=True) if kept]
        handles, codes = np.asarray(handles, np.int64)[keep], codes[keep]
        texts, at = distinct(cleaned)
        texts, at, text_hashes = _in_hash_order(texts, at)
        order = np.lexsort((handles, codes, at))  # the best kind of each (text, handle) first
        at, handles, codes = at[order], handles[order], codes[order]
        _, first = np.unique(np.stack([at, handles]), axis=1, return_index=True)
        first.sort()
        row_starts, handles = grouped(at[first], handles[first], len(texts))
        forms, form_of = distinct(normalise_all(texts))
        forms, form_of, form_hashes = _in_hash_order(forms, form_of)
        form_starts, form_texts = grouped(form_of, np.arange(len(texts)), len(forms))
        columns = dict(
            zip(cls._COLUMNS, (text_hashes, row_starts, handles, codes[first], form_hashes, form_starts, form_texts), strict=False)
        )
        folded = [(i, plain) for i, form in enumerate(forms) if not form.isascii() and (plain := fold_normalised(form)) != form]
        columns["folded_hashes"], columns["folded_forms"] = _sorted_hashes(folded)
        short = [(i, bare) for i, text in enumerate(texts) if (not text.isalnum()) and (bare := unqualified(text)) != text]
        short += [(i, letters) for i, _ in short if (letters := initialled(texts[i]))]
        loose = [fold_normalised(form) for form in normalise_all([bare for _, bare in short])]
        columns["loose_hashes"], columns["loose_texts"] = _sorted_hashes([(i, form) for (i, _), form in zip(short, loose, strict=True)])
        return cls(columns, Strings.of(texts), Strings.of(forms), WordIndex.build(forms))

    def save(self, folder: str | Path) -> None:
        """Write plain `.npy` files into the folder, which is made."""
        folder = Path(folder)
        folder.mkdir(parents=True, exist_ok=True)
        for name, column in self._files().items():
            np.save(folder / f"{name}.npy", column, allow_pickle=False)

    def _files(self) -> dict[str, Column]:
        strings = {"texts": self.texts.blob, "text_ends": self.texts.ends, "forms": self.forms.blob, "form_ends": self.forms.ends}
        return {**self._columns, **strings, **self.words.files()}

    @classmethod
    def open(cls, folder: str | Path) -> NameIndex:
        """Memory-map what `save` wrote."""

        def column(name: str) -> Column:
            return np.load(Path(folder) / f"{name}.npy", mmap_mode="r", allow_pickle=False).view(np.ndarray)

        forms = Strings(column("forms"), column("form_ends"))
        return cls(
            {name: column(name) for name in cls._COLUMNS}, Strings(column("texts"), column("text_ends")), forms, WordIndex.open(column)
        )

    @property
    def nbytes(self) -> int:
        """Bytes of all columns."""
        return sum(column.nbytes for column in self._files().values())

    def __len__(self) -> int:
        return len(self._handles)

    # --- asked ---

    def lookup(self, texts: Sequence[str]) -> list[tuple[Hit, ...]]:
        """For each text every node with that name, each once by its best match: ids, names, aliases, then looser forms."""
        asked = list(texts) if "".join(texts).isascii() else [clean(text) for text in texts]
        if max(map(len, asked), default=0) > LONGEST:
            asked = [text if len(text) <= LONGEST else "" for text in asked]
        normal = normalise_all(asked)
        plain = normal if "".join(normal).isascii() else [fold_normalised(name) for name in normal]
        found: defaultdict[int, dict[int, Hit]] = defaultdict(dict)
        # One pass: a call costs more than a text.
        forms = [asked, normal] if plain is normal else [asked, normal, plain]
        keys = hashes([text for form in forms for text in form]).reshape(len(forms), len(texts))

        def form(row: int, place: int) -> None:
            self._note_form(found[row], place, "normalised")

        def folded(row: int, place: int) -> None:
            self._note_form(found[row], place, "folded")

        self._probe(asked, keys[0], self._text_hashes, self.texts.__getitem__, lambda row, place: self._note(found[row], place, ""))
        self._probe(normal, keys[1], self._form_hashes, self.forms.__getitem__, form)
        if normal != plain:
            self._probe(plain, keys[-1], self._form_hashes, self.forms.__getitem__, folded)
        self._probe(
            plain,
            keys[-1],
            self._folded_hashes,
            lambda place: fold_normalised(self.forms[int(self._folded_forms[place])]),
            lambda row, place: folded(row, int(self._folded_forms[place])),
        )
        loose = _places(keys[-1], self._loose_hashes)
        for shorter in (unqualified, initialled) if loose else ():
            self._verify(
                loose,
                plain,
                keys[-1],
                self._loose_hashes,
                lambda place, shorter=shorter: fold_normalised(normalise_all([shorter(self.texts[int(self._loose_texts[place])])])[0]),  # type: ignore[misc]
                lambda row, place: self._note(found[row], int(self._loose_texts[place]), "qualifier"),
            )
        return [tuple(found[row].values()) if row in found else () for row in range(len(texts))]

    def _probe(
        self, asked: Sequence[str], keys: Column, column: Column, stored: Callable[[int], str], note: Callable[[int, int], None]
    ) -> None:
        """`note(row, place)` for every asked text (but the empty one) that is stored under its hash at a place of the column."""
        self._verify(_places(keys, column), asked, keys, column, stored, note)

    def _verify(
        self,
        places: Sequence[tuple[int, int]],
        asked: Sequence[str],
        keys: Column,
        column: Column,
        stored: Callable[[int], str],
        note: Callable[[int, int], None],
    ) -> None:
        """The same for those whose hashes are known to stand from some places of the column on: (row, place)."""
        for row, place in places:
            while asked[row] and place < len(column) and column[place] == keys[row]:
                if stored(place) == asked[row]:
                    note(row, place)
                place += 1

    def _note(self, hits: dict[int, Hit], text: int, kind: MatchKind | str, score: float | None = None) -> None:
        name = self.texts[text]
        for row in range(int(self._row_starts[text]), int(self._row_starts[text + 1])):
            handle = int(self._handles[row])
            if handle not in hits:
                own: MatchKind = kind or KINDS[int(self._kinds[row])]  # type: ignore[assignment]
                hits[handle] = Hit(handle, own, SCORES[own] if score is None else score, name)

    def _note_form(self, hits: dict[int, Hit], form: int, kind: MatchKind, score: float | None = None) -> None:
        for place in range(int(self._form_starts[form]), int(self._form_starts[form + 1])):
            self._note(hits, int(self._form_texts[place]), kind, score)

    def search(self, text: str, limit: int = 10) -> tuple[Hit, ...]:
        """Nodes with a name near the text (typos, a part or the beginning of a name), best first; exact ones lead."""
        text = clean(text)
        if not text.strip() or len(text) > LONGEST:
            return ()
        hits = {hit.handle: hit for hit in self.lookup([text])[0]}
        plain = fold_normalised(normalise_all([text])[0])
        for form, score in self.words.near(plain, self.forms, max(4 * limit, 40)):
            if len(hits) >= 4 * limit:
                break
            self._note_form(hits, form, "fuzzy", score)
        ranked = sorted(hits.values(), key=lambda hit: (-hit.score, hit.kind == "fuzzy", len(hit.name), hit.name, hit.handle))
        return tuple(ranked[:limit])


def _places(keys: Column, column: Column) -> list[tuple[int, int]]:
    """Which of some hashes are in an ascending column, each with the first place that has it."""
    if not len(column):
        return []
    low = column.searchsorted(keys, "left")
    rows = (column.take(low, mode="clip") == keys).nonzero()[0]
    return list(zip(rows.tolist(), low[rows].tolist(), strict=True))


def _fits(name: str) -> bool:
    return (len(name) <= LONGEST // 4 or len(name.encode("utf-8", "replace")) <= LONGEST) and not name.isspace()


def _in_hash_order(texts: list[str], at: Column) -> tuple[list[str], Column, Column]:
    keys = hashes(texts)
    order = keys.argsort(kind="stable")
    place = np.empty(len(order), np.int64)
    place[order] = np.arange(len(order))
    return [texts[i] for i in order.tolist()], place[at], keys[order]


def _sorted_hashes(rows: Sequence[tuple[int, str]]) -> tuple[Column, Column]:
    keys, places = hashes([form for _, form in rows]), np.array([place for place, _ in rows], np.int64)
    order = keys.argsort(kind="stable")
    return keys[order], smallest(places[order])
