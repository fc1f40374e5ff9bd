"""Values of kgllm as plain JSON values: what the command line prints with `--json`, and `to_dict()` gives."""

from __future__ import annotations

import math
from collections.abc import Mapping
from functools import singledispatch
from typing import Any

from kgllm.graphs.base import Schema
from kgllm.graphs.overview import Overview
from kgllm.types import Answer, Candidate, Citation, Entity, Evidence, Fact, Link, Literal, Path, Prompt, Relation, Told, Wide


@singledispatch
def jsonable(value: Any) -> Any:
    """Plain values; what has no JSON of its own is written as text.

    >>> jsonable(Entity("Q1", "Nolan"))
    {'id': 'Q1', 'name': 'Nolan'}
    >>> jsonable(float("inf"))
    'inf'
    """
    if isinstance(value, float) and not math.isfinite(value):
        return str(value)
    if value is None or isinstance(value, (str, int, float)):
        return value
    if isinstance(value, Mapping):
        return {str(name): jsonable(one) for name, one in value.items()}
    if isinstance(value, (list, tuple)):
        return [jsonable(one) for one in value]
    return str(value)


@jsonable.register
def _(entity: Entity) -> Any:
    more = {"aliases": entity.aliases, "types": entity.types}
    return {"id": entity.id, "name": entity.name, **{name: list(value) for name, value in more.items() if value}}


@jsonable.register
def _(literal: Literal) -> Any:
    more = {"datatype": literal.datatype, "language": literal.language}
    return {"literal": literal.name, **{name: value for name, value in more.items() if value}}


@jsonable.register
def _(relation: Relation) -> Any:
    return {"id": relation.id, "name": relation.name}


@jsonable.register
def _(fact: Fact) -> Any:
    out = {"id": fact.id, "subject": fact.subject, "relation": fact.relation, "object": fact.object}
    out |= {"qualifiers": fact.qualifiers, "source": fact.source, "score": fact.score, "text": str(fact)}
    return jsonable({name: value for name, value in out.items() if value not in ((), None)})


@jsonable.register
def _(candidate: Candidate) -> Any:
    return {"entity": jsonable(candidate.entity), "score": candidate.score, "reason": candidate.reason}


@jsonable.register
def _(link: Link) -> Any:
    mention = {"text": link.mention.text, "start": link.mention.start, "end": link.mention.end}
    return jsonable({"mention": mention, "entity": link.entity, "score": link.score, "reason": link.reason, "candidates": link.candidates})


@jsonable.register
def _(path: Path) -> Any:
    return jsonable(
        {
            "seeds": path.seeds,
            "relations": path.relations,
            "constraints": path.constraints,
            "endpoints": path.endpoints,
            "count": path.count,
            "score": path.score,
            "facts": [fact.id for fact in path.facts],
            "truncated": path.truncated,
        }
    )


@jsonable.register
def _(told: Told) -> Any:
    out = {"ends": told.ends, "steps": told.steps, "count": told.count, "kind": told.kind, "within": told.within, "by": told.by}
    out |= {"names": told.names, "amounts": told.amounts, "exact": told.exact}
    return jsonable({name: value for name, value in out.items() if value not in ((), "", None)})


@jsonable.register
def _(wide: Wide) -> Any:
    return jsonable({"shown": wide.shown, "compares": wide.compares, "told": wide.told, "groups": wide.groups})


@jsonable.register
def _(evidence: Evidence) -> Any:
    return jsonable(
        {
            "question": evidence.question,
            "links": evidence.links,
            "seeds": evidence.seeds,
            "paths": evidence.paths,
            "facts": evidence.facts,
            "truncated": evidence.truncated,
            "notes": evidence.notes,
            "wide": evidence.wide,
            "timings": evidence.timings,
            "settings": evidence.settings,
        }
    )


@jsonable.register
def _(citation: Citation) -> Any:
    return {"id": citation.id, "span": list(citation.span), "fact": citation.fact and citation.fact.id, "served": citation.served}


@jsonable.register
def _(prompt: Prompt) -> Any:
    written = {"messages": prompt.messages} if prompt.messages else {"text": prompt.text, "stop": prompt.stop}  # of a base model
    served = {short: fact.id for short, fact in prompt.served.items()}
    return jsonable(
        {**written, "served": served, "tokens": prompt.tokens, "exact": prompt.exact, "dropped": prompt.dropped, "notes": prompt.notes}
    )


@jsonable.register
def _(answer: Answer) -> Any:
    return jsonable(
        {
            "question": answer.question,
            "answer": answer.text,
            "entities": answer.entities,
            "value": answer.value,
            "verdict": answer.verdict,
            "values": answer.values,
            "facts": answer.facts,
            "citations": answer.citations,
            "unsupported": answer.unsupported,
            "uncited": answer.uncited,
            "confidence": answer.confidence,
            "abstained": answer.abstained,
            "reason": answer.reason,
            "links": answer.evidence.links if answer.evidence else (),
            "prompt": answer.prompt,
            "timings": answer.timings,
            "settings": answer.settings,
        }
    )


@jsonable.register
def _(schema: Schema) -> Any:
    return {
        "facts": schema.facts,
        "entities": schema.entities,
        "literals": schema.literals,
        "relations": [
            jsonable(
                {
                    "id": one.relation.id,
                    "name": one.relation.name,
                    "facts": one.facts,
                    "subjects": one.subjects,
                    "objects": one.objects,
                    "domain": one.domain,
                    "range": one.range,
                    "literal": one.literal,
                }
            )
            for one in schema.relations
        ],
        "types": jsonable(schema.types),
    }


@jsonable.register
def _(overview: Overview) -> Any:
    told = jsonable(overview.schema)
    for one in told["relations"]:
        if (example := overview.examples.get(one["id"])) is not None:
            one["example"] = str(example)
    return {**told, "notes": list(overview.notes)}
