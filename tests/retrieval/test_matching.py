"""Mentions of steps, all at once, against reading one step's words from left to right."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

import kgllm
from kgllm.graphs.base import view_of
from kgllm.retrieval.reading.question import read
from kgllm.retrieval.scoring.matching import _WEAK, LEAST, Match, match, mentions
from kgllm.types import Relation

SIZE, WIDTH = 5, 6
STRENGTHS = st.sampled_from([0.0, 0.0, 0.25, 0.5, 0.75, 1.0])  # sums of these are exact
FLAGS = arrays(bool, WIDTH)


def one_by_one(explains, part, share, used, weights, joined, linked):
    """{word: (gain, quality, words taken)} of one step."""
    found, run = {}, []

    def closed():
        if run:
            peak = max(run, key=lambda j: (explains[j], -j))
            parts, quality = set(), 0.0
            for j in run:
                quality += 0.0 if part[j] in parts else share[j] * explains[j]
                parts.add(part[j])
            found[peak] = (sum(weights[j] * explains[j] for j in run), min(quality, 1.0), sum(1 << j for j in run))

    for j in range(WIDTH):
        parts = {part[i] for i in run}
        quality = sum(share[i] * explains[i] for n, i in enumerate(run) if part[i] not in [part[k] for k in run[:n]])
        further = linked[j] and part[j] not in parts and share[j] > 0 and quality > 0
        if used[j] and run and (joined[j] or further):
            run.append(j)
            continue
        closed()
        run = [j] if used[j] else []
    closed()
    return found


@given(
    arrays(np.float32, (SIZE, WIDTH), elements=STRENGTHS),
    arrays(np.int8, (SIZE, WIDTH), elements=st.integers(0, 3)),
    arrays(np.float32, (SIZE, WIDTH), elements=STRENGTHS),
    arrays(np.float32, WIDTH, elements=STRENGTHS),
    FLAGS,
    FLAGS,
    st.lists(st.integers(0, SIZE - 1), min_size=1, unique=True).map(sorted),
)
def test_mentions_are_runs_of_words(explains, part, share, weights, joined, linked, rows):
    nouns, best = np.zeros_like(explains), explains[rows].max(axis=0)
    found = mentions(Match(explains, part, share, nouns, np.arange(SIZE), best, nouns[0]), np.array(rows), weights, joined, linked)
    for n, row in enumerate(rows):
        used = (explains[row] >= np.maximum(LEAST, _WEAK * best)) & (weights > 0)
        expected = one_by_one(explains[row], part[row], share[row], used, weights, joined, linked)
        assert {
            j: (found.gain[n, j], found.quality[n, j], found.mask[n, j]) for j in np.flatnonzero(np.isfinite(found.gain[n]))
        } == expected


def test_steps_that_were_not_known_yet_are_left_out():
    graph = kgllm.load([("Heat", "directed by", "Michael Mann"), ("Heat", "produced by", "Art Linson"), ("热度", "导演", "迈克尔")])
    steps = kgllm.GraphQA(graph).retriever.steps(view_of(graph))
    known = len(steps)
    for question in ("Who directed and produced Heat?", "热度的导演是谁？"):
        asked = read(question)
        before = match(asked, steps)
        more = steps.add(((Relation(f"directed by {len(steps)}"), 0), (Relation("导演"), 1)))
        assert steps.posted == more >= known
        assert len(match(asked, steps).explains) == more + 1
        after = match(asked, steps, len(before.explains))
        assert all(
            np.array_equal(getattr(before, name), getattr(after, name)) for name in ("explains", "part", "share", "nouns", "best", "spoken")
        )
