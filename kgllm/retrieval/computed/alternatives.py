"""Questions with "or" between names: "Which lamps do Olm or Vass make?", 红色或绿色的灯具有哪些？ What is asked for is what is so of any.

Each name is asked for alone, and what is found is put together. Where one of them finds nothing that is sure, there is no answer: one that
leaves a name out is none.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from kgllm.retrieval.computed.compared import kept, left_out, settings_of
from kgllm.types import Path, replace
from kgllm.words.extremes import compares
from kgllm.words.questions import Span, blank, choice, longest, overlap, yes_or_no
from kgllm.words.scopes import alternatives

if TYPE_CHECKING:
    from kgllm.retrieval.retriever import Run
    from kgllm.types import Evidence

_SURE = 0.5


def any_of(run: Run, max_facts: int) -> Evidence | None:
    """The evidence of a question for what is so of any of several names; None for every other."""
    question = run.question
    names = longest(link.mention.span for link in run.links)
    groups = [group for group in alternatives(question, names) if len(group) > 1]
    if len(groups) != 1 or yes_or_no(question) or compares(question) is not None or choice(question, names):
        return None
    [group] = groups
    found = [_alone(run, group, name, max_facts) for name in group]
    paths = [path for path in found if isinstance(path, Path)]
    if not paths:
        return None
    settings = settings_of(run, "alternatives")
    if None in found:
        return kept(run, (), (), (), {**settings, "declined": "unchecked"})
    ends = tuple(dict.fromkeys(end for path in paths for end in path.endpoints))
    facts = tuple(dict.fromkeys(fact for path in paths for fact in path.facts))
    cuts = (left_out(max_facts),) if len(facts) > max_facts else ()
    seeds = tuple(dict.fromkeys(seed for path in paths for seed in path.seeds))
    least = min(paths, key=lambda path: path.features["confidence"])
    path = replace(least, seeds=seeds, endpoints=ends, facts=facts[:max_facts], count=len(ends), constraints=())
    return kept(run, (path,), facts[:max_facts], cuts, settings)


def _alone(run: Run, group: list[Span], name: Span, max_facts: int) -> Path | tuple[()] | None:
    """The path that the question finds with one of the names alone; () where nothing meets all that it says; None where that is not sure, or
    where it does not list all that it leads to."""
    first, last = group[0][0], group[-1][1]
    gone = [(first, name[0]), (name[1], last)]
    links = [link for link in run.links if not any(overlap(link.mention.span, span) for span in gone)]
    evidence = run.retriever.run(blank(run.question, *gone), links, None, run.deadline, part_of=run).relations(max_facts)
    settings = evidence.settings
    if settings.get("declined") == "nothing_found":
        return ()
    if {"declined", "verdict", "value"} & set(settings) or not evidence.paths:
        return None
    best = evidence.paths[0]
    sure = best.features.get("confidence", 0.0) >= _SURE and best.count == len(best.endpoints) and _name_met(best, evidence, name)
    return best if sure else None


def _name_met(path: Path, evidence: Evidence, name: Span) -> bool:
    """Whether what is linked at a place takes part in what a path says."""
    nodes = {one.entity for link in evidence.links if overlap(link.mention.span, name) for one in link.candidates}
    nodes |= {link.entity for link in evidence.links if overlap(link.mention.span, name)}
    met = {*path.seeds, *(node for _, node in path.constraints), *(node for fact in path.facts for node in fact.nodes)}
    return not nodes.isdisjoint(met)
