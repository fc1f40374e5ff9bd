"""Questions and paths as vectors for the learned scorer: hashed words, families and steps, and the encoder's vectors where there is one.

Words and families are shared between relations, so that what is learned speaks of relations that were never trained; the hashes of
the steps themselves let what was asked often be remembered.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from functools import lru_cache
from typing import TYPE_CHECKING, Any

import numpy as np

from kgllm.words import is_han, lexicon, relation_words, stem

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from kgllm.retrieval.paths.steps import Move
    from kgllm.retrieval.reading.question import Asked
    from kgllm.retrieval.scoring.seen import Seen
    from kgllm.types import Relation

    Step = tuple[tuple[Relation, Move], ...]

WORDS = 512  # dimensions of hashed words, of a question and of a path
STEPS = 256  # dimensions of hashed steps: the whole path, its last step, each of its steps
_ALIASES = 4


def sizes(dense: int) -> tuple[int, int]:
    """Dimensions of a question's and of a path's vector, with so many of an encoder."""
    return WORDS + 1 + dense, WORDS + 3 * STEPS + dense


def question_vector(asked: Asked, seen: Seen, dense: NDArray[Any] | None) -> NDArray[Any]:
    """What a question says beside the mention that it is seen from."""
    terms = ((f"{kind}:{name}", word.weight * how) for word, weight in zip(asked.words, seen.weights, strict=True) if weight > 0 for (kind, name), how in word.terms if kind != "n")  # fmt: skip
    parts = [_bag(terms, WORDS), np.array([1.0], np.float32)]
    return np.concatenate([*parts, dense]) if dense is not None else np.concatenate(parts)


def path_vector(path: Sequence[Step], dense: NDArray[Any] | None) -> NDArray[Any]:
    """What a relation path is: its words by themselves and by their place, and which steps it takes."""
    keys = ["|".join(f"{relation.id}>{way}" for relation, way in step) for step in path]
    last = len(path) - 1
    words = [(term, how) for n, step in enumerate(path) for relation, way in step for term, how in _terms(relation, way, last - n)]
    parts = [
        _bag(words, WORDS),
        _bag([(f"path {'/'.join(keys)}", 1.0)], STEPS),
        _bag([(f"last {keys[-1]}", 1.0)], STEPS),
        _bag([(f"step {key}", 1.0) for key in keys], STEPS),
    ]
    return np.concatenate([*parts, dense]) if dense is not None else np.concatenate(parts)


def path_keys(path: Sequence[Step]) -> tuple[int, int]:
    """Hashes by which a path, and its last step, are known again, in another process too."""
    keys = ["|".join(f"{relation.id}>{way}" for relation, way in step) for step in path]
    return _place(f"path {'/'.join(keys)}")[0], _place(f"last {keys[-1]}")[0]


def _terms(relation: Relation, way: Move, place: int) -> list[tuple[str, float]]:
    found = []
    names = (
        (relation.name, *relation.aliases[:_ALIASES])
        if way != "in"
        else (*((relation.inverse_name,) if relation.inverse_name else ()), relation.name)
    )
    for name in names:
        for word, share in relation_words(name).words:
            for term in _terms_of(word):
                found += [(term, share), (f"{place}{way}:{term}", share)]
    return found


@lru_cache(maxsize=16384)
def _terms_of(word: str) -> tuple[str, ...]:
    known = lexicon()
    if is_han(word):
        pairs = [f"h:{word[i : i + 2]}" for i in range(max(1, len(word) - 1))]
        return (*pairs, *(f"f:{name}" for family in known.by_han.get(word, ()) for name in known.named(word, family)))
    return (f"s:{stem(word)}", *(f"f:{name}" for family in known.by_stem.get(stem(word), ()) for name in known.named(stem(word), family)))


@lru_cache(maxsize=65536)
def _place(term: str) -> tuple[int, float]:
    digest = int.from_bytes(hashlib.blake2b(term.encode("utf-8", "surrogatepass"), digest_size=8).digest())
    return digest >> 1, 1.0 if digest & 1 else -1.0


def _bag(terms: Iterable[tuple[str, float]], size: int) -> NDArray[Any]:
    """A bag of terms as a vector of length 1."""
    out = np.zeros(size, np.float32)
    for term, weight in terms:
        at, sign = _place(term)
        out[at % size] += sign * weight
    length = float(np.linalg.norm(out))
    return out / length if length else out
