"""How many there are in all of what parts of a thing have so many of: "How many seats does the depot have in total?" adds up those of its buses.

Where the best path goes on from several things to a number that each has, and the question counts what that number counts, the numbers
are added where it asks for all of them together. Which of them there are is no answer to how many: without a word for all together
there is none.
"""

from __future__ import annotations

import math
import re
from typing import TYPE_CHECKING

import numpy as np

from kgllm.retrieval.paths.amounts import amount_of
from kgllm.retrieval.ranking.twins import followed_whole
from kgllm.retrieval.reading.outside import counts
from kgllm.types import Evidence, replace
from kgllm.words import relation_words, stem
from kgllm.words.counting import HOW_MANY, HOW_MANY_HAN
from kgllm.words.queries import fold_of
from kgllm.words.units import PLAIN

if TYPE_CHECKING:
    from kgllm.retrieval.ranking.rank import Ranked
    from kgllm.retrieval.retriever import Run

_COUNTED = re.compile(rf"{HOW_MANY}\s+([^\W\d_]+)|{HOW_MANY_HAN}([\u4e00-\u9fff]{{1,5}})", re.IGNORECASE)


def with_sum(run: Run, ranked: list[Ranked], found: Evidence, max_facts: int) -> Evidence:
    """The evidence; of a question that counts what each of several things on the way has a number of, with the sum of these, or declined."""
    if not ranked or not counts(run.question):
        return found
    numbers = _of_each(run, ranked[0])
    if not numbers or not _says(run.question, ranked[0]):
        return found
    if fold_of(run.question) == "total":
        return _proven(run, ranked[0], replace(found, settings={**found.settings, "value": math.fsum(numbers), "unit": ""}), max_facts)
    return found if len(set(numbers)) == 1 else replace(found, settings={**found.settings, "declined": "unchecked"})


def _proven(run: Run, best: Ranked, found: Evidence, max_facts: int) -> Evidence:
    """The evidence with the numbers of all things on the way, also those that are alike."""
    hops = best.ground.hops
    pairs = [fact for facts in zip(*(hop.fact.tolist() for hop in hops[-2:]), strict=False) for fact in facts]
    more = run.view.facts(np.array(pairs[:max_facts], np.int64)) if len(hops) == 2 and len(hops[0].fact) == len(hops[1].fact) else []
    if any(fact.qualifiers for fact in more):
        return found
    path = replace(found.paths[0], facts=tuple(dict.fromkeys([*more, *found.paths[0].facts]))[:max_facts])
    return replace(found, paths=(path, *found.paths[1:]), facts=tuple(dict.fromkeys([*path.facts, *found.facts]))[:max_facts])


def _says(question: str, best: Ranked) -> bool:
    """Whether what is counted is what the last relation is called by."""
    match = _COUNTED.search(question)
    if match is None:
        return False
    spoken = relation_words(best.steps[-1][-1][0].name).spoken
    if match[2]:
        return any(match[2].startswith(word, at) for word in spoken for at in (0, 1))  # 几名员工
    return stem(match[1].lower()) in map(stem, spoken)


def _of_each(run: Run, best: Ranked) -> list[float]:
    """The whole numbers to which a path leads from several things, one from each; none where it leads to something else."""
    if len(best.seeds) != 1 or not followed_whole(best) or len(best.steps) < 2 or len(best.ground.hops) < 2:
        return []
    if len(best.steps[-1]) != 1 or best.steps[-1][0][1] != "out":
        return []
    last = best.ground.hops[-1]
    if len(np.unique(last.start)) < 2 or len(np.unique(last.start)) < len(last.start):
        return []
    ends, place = np.unique(last.end, return_inverse=True)
    amounts = [amount_of(node) for node in run.view.nodes(ends)]
    values = [one.value for one in amounts if one is not None and one.units == (PLAIN,) and not (one.dated or one.rough)]
    if len(values) < len(ends) or not all(value >= 0 and value.is_integer() for value in values):
        return []
    return [values[at] for at in place.tolist()]
