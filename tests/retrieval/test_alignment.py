"""The best assignment of mentions to steps, against one that tries every word for every step, slowly."""

from __future__ import annotations

from itertools import product

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kgllm.retrieval.scoring.alignment import DISORDER, QUALITY, TOWARD, UNSAID, UNSAID_BACK, align
from kgllm.retrieval.scoring.matching import Mentions


@st.composite
def asked(draw):
    words, steps, hops, size = draw(st.integers(0, 5)), draw(st.integers(1, 5)), draw(st.integers(1, 3)), draw(st.integers(0, 6))
    seed = np.random.default_rng(draw(st.integers(0, 10_000)))
    there = seed.random((steps, words)) < draw(st.sampled_from([0.1, 0.5, 0.9]))
    eighths = seed.integers(1, 16, (steps, words)) / 8  # exact in 32 bits, so that equal sums are equal
    gain = np.where(there, eighths, -np.inf).astype(np.float32)
    quality = np.where(there, seed.integers(0, 9, (steps, words)) / 8, 0).astype(np.float32)
    wide = (1 << np.arange(words)) | (1 << seed.integers(0, max(1, words), (steps, words)))
    said = Mentions(gain, quality, np.where(there, wide, 0).astype(np.int64))
    paths = seed.integers(0, steps, (size, hops))
    back = seed.random((size, hops)) < 0.3
    back[:, 0] = False
    told = np.array([*seed.permutation(words)], float)
    return said, paths, {"back": back, "told": told, "way": seed.integers(-1, 2, words).astype(float), "toward": seed.choice([-1, 1], steps).astype(np.float32)}  # fmt: skip


def slowly(said, path, back, told, way, toward):
    """(value, at) of the best assignment of one path, the first of equal ones."""
    width = len(told)
    best = None
    for at in product(range(width + 1), repeat=len(path)):
        value, masks = 0.0, []
        for k, (step, word) in enumerate(zip(path, at, strict=True)):
            if word == width:
                value -= UNSAID_BACK if back[k] else UNSAID
                masks.append(0)
            else:
                value += said.gain[step, word] + QUALITY * said.quality[step, word] + TOWARD * toward[step] * way[word]
                masks.append(int(said.mask[step, word]))
        for one in range(len(path)):
            for other in range(one + 1, len(path)):
                if masks[one] & masks[other]:
                    value = -np.inf
                free = not back[other] if other == one + 1 else back[other] or back[one + 1]
                if free and at[one] < width and at[other] < width and told[at[one]] > told[at[other]]:
                    value -= DISORDER
        if best is None or value > best[0] + 1e-5:
            best = value, at
    return best


@given(asked())
def test_the_best_of_all_assignments(case):
    said, paths, rest = case
    found = align(said, paths, **rest)
    assert found.at.shape == found.gain.shape == found.quality.shape == paths.shape
    told, way, toward = rest["told"], rest["way"], rest["toward"]
    for i, path in enumerate(paths.tolist()):
        value, at = slowly(said, path, rest["back"][i], told, way, toward)
        assert found.value[i] == pytest.approx(value, abs=1e-4)
        mine = found.at[i].tolist()
        if mine != list(at):  # another of equal ones, by the last digit of a sum
            assert found.value[i] == pytest.approx(value, abs=1e-5)
        said_at = [(step, word) for step, word in zip(path, mine, strict=True) if word < len(told)]
        assert all(np.isfinite(said.gain[step, word]) for step, word in said_at)
        assert found.mask[i] == np.bitwise_or.reduce(np.array([0, *(said.mask[one] for one in said_at)]))
        assert found.gain[i].sum() == pytest.approx(sum(said.gain[one] for one in said_at))
        assert found.toward[i] == pytest.approx(sum(toward[step] * way[word] for step, word in said_at), abs=1e-5)


def test_words_are_told_in_order_and_none_twice():
    said = Mentions(np.array([[1, -np.inf], [1, 1]], np.float32), np.zeros((2, 2), np.float32), np.array([[1, 0], [1, 2]]))
    rest = {"told": np.array([0.0, 1.0]), "way": np.zeros(2), "toward": np.ones(2, np.float32)}
    found = align(said, np.array([[0, 1], [1, 0]]), back=np.zeros((2, 2), bool), **rest)
    assert found.at.tolist() == [[0, 1], [1, 0]]  # the second pays for the order: less than for silence
    assert found.disorder.tolist() == [0, 1] and found.mask.tolist() == [3, 3]
    assert found.value == pytest.approx([2.0, 2.0 - DISORDER])


def test_without_words_every_step_is_silent():
    said = Mentions(*(np.zeros((2, 0), kind) for kind in (np.float32, np.float32, np.int64)))
    back = np.array([[False, True]])
    found = align(said, np.array([[0, 1]]), back=back, told=np.zeros(0), way=np.zeros(0), toward=np.ones(2, np.float32))
    assert found.at.tolist() == [[0, 0]] and found.value == pytest.approx([-UNSAID - UNSAID_BACK]) and found.mask.tolist() == [0]
