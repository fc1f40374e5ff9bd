"""How likely the best path is the one that was asked for, judged by what it leaves open: what a model is shown more for.

A confidence (`kgllm.retrieval.scoring.score`) tells whether a question has an answer at all. Of answers that are given it tells little
more: that another path, which leads elsewhere, fits nearly as well tells most of what is wrong, and the confidence does not know of it.
"""

from __future__ import annotations

import math

from kgllm.retrieval.scoring.score import confidence
from kgllm.types import Evidence

# A logistic fitted on 3,498 answers by paths: real graphs, small ones and benchmarks' dev questions. Of graphs left out while it was
# fitted, .73 of the wrong answers on real ones lie below LIKELY, and .22 of the right ones (.45 and .19 below a confidence of .9).
_CONSTANT, _SURE, _LEAD = -0.69, 0.38, 0.74
_NUMBER = {"plural": -1.16, "single": -1.86}
_LEAST, _MOST = -1.0, 5.0  # of the log odds of a confidence
_BEHIND, _FAR = -1.0, 3.0  # of a lead; beyond it no other path matters
LIKELY = 0.84


def likely(evidence: Evidence) -> float:
    """The share of answers like that of the best path that are wholly right; 0 without paths.

    >>> import kgllm
    >>> qa = kgllm.GraphQA(kgllm.load([("Ann", "club", "Blues"), ("Ann", "team", "Reds"), ("Ann", "coach of", "Greens")]))
    >>> [likely(qa.retrieve(question)) > LIKELY for question in ("Whom does Ann coach?", "Which squad is Ann in?")]
    [True, False]
    """
    if not evidence.paths:
        return 0.0
    best = evidence.paths[0]
    ends = frozenset(best.endpoints)
    rivals = [path.score for path in evidence.paths[1:] if frozenset(path.endpoints) != ends]
    lead = min(_FAR, max(_BEHIND, best.score - max(rivals))) if rivals else _FAR
    sure = min(max(confidence(evidence), 1e-6), 1 - 1e-6)
    odds = min(_MOST, max(_LEAST, math.log(sure / (1 - sure))))
    z = _CONSTANT + _SURE * odds + _LEAD * lead + sum(weight * best.features.get(name, 0.0) for name, weight in _NUMBER.items())
    return 1.0 / (1.0 + math.exp(-z))
