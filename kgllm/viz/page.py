"""Evidence and answers as HTML: the drawing, tables of facts, links and paths; nothing runs and nothing is fetched."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING

from kgllm.types import Answer, Evidence, Fact, Link, Path
from kgllm.viz.svg import evidence_svg
from kgllm.viz.theme import PAGE_STYLE, escape

if TYPE_CHECKING:
    from kgllm.graphs.overview import Overview

ROWS = 50
"""Rows of a table that are shown; how many more there are is said."""


def evidence_html(evidence: Evidence) -> str:
    """What was found for a question, as one HTML element."""
    return _page(
        f'<div class="question">{escape(evidence.question)}</div>',
        f'<div class="about">{_counted(len(evidence.facts), "fact")} · {_counted(len(evidence.paths), "path")}'
        f"{' · truncated' if evidence.truncated else ''}{_timings(evidence.timings)}</div>",
        _drawing(evidence),
        *_parts(evidence),
    )


def answer_html(answer: Answer) -> str:
    """An answer with its proof, as one HTML element."""
    said = f'<div class="answer{" warn" if answer.abstained else ""}">{escape(answer.text)}</div>'
    about = [f"confidence {answer.confidence:.2f}", *([escape(answer.reason)] if answer.reason else [])]
    return _page(
        f'<div class="question">{escape(answer.question)}</div>',
        said,
        f'<div class="about">{" · ".join(about)}{_timings(answer.timings)}</div>',
        _warnings(answer),
        _section("Cited", _facts(answer.facts, numbers=_served(answer))),
        "" if answer.evidence is None else _drawing(answer.evidence, answer=answer),
        "" if answer.evidence is None else _folded("Evidence", "".join(_parts(answer.evidence))),
        "" if answer.prompt is None else _folded(f"Prompt ({_tokens(answer)})", f"<pre>{_lines(answer.prompt.text)}</pre>"),
    )


def html_page(found: Answer | Evidence) -> str:
    """A whole HTML document of an answer or of evidence, to be kept as a file (in UTF-8).

    >>> import kgllm
    >>> qa = kgllm.GraphQA(kgllm.load([("流浪地球", "导演", "郭帆")]))
    >>> '<meta charset="utf-8">' in html_page(qa.ask("流浪地球的导演是谁？"))
    True
    """
    body = answer_html(found) if isinstance(found, Answer) else evidence_html(found)
    title = escape(found.question)
    return f'<!DOCTYPE html>\n<html><head><meta charset="utf-8"><title>{title}</title></head><body>{body}</body></html>\n'


def overview_html(overview: Overview) -> str:
    """What a graph holds, as one HTML element."""
    relations = [
        [_count(one.facts), _cell(one.relation.name), _cell(one.ends, "soft"), _cell(str(overview.examples.get(one.relation.id, "")))]
        for one in overview.relations()
    ]
    types = [[_count(count), _cell(name)] for name, count in overview.types()]
    left = len(overview.schema.relations) - len(relations), len(overview.schema.types) - len(types)
    more = [f'<div class="note">and {count:,} more</div>' if count else "" for count in left]
    return _page(
        f'<div class="about">{escape(overview.totals)}</div>',
        _section("Types", _table(["entities", "type"], types) + more[1]),
        _section("Relations", _table(["facts", "relation", "from → to", "for example"], relations) + more[0]),
        "".join(f'<div class="note">{escape(note)}</div>' for note in overview.notes),
    )


def _page(*parts: str) -> str:
    return f'<div class="kgllm"><style>{PAGE_STYLE}</style>{"".join(parts)}</div>'


def _drawing(evidence: Evidence, *, answer: Answer | None = None) -> str:
    if not evidence.facts and not evidence.seeds:
        return ""
    answers = None if answer is None or answer.abstained else answer.entities
    return f'<div class="drawing">{evidence_svg(evidence, answers=answers)}</div>'


def _parts(evidence: Evidence) -> list[str]:
    notes = "".join(f'<div class="note">{escape(note)}</div>' for note in evidence.notes)
    on_path = {fact.id for path in evidence.paths[:1] for fact in path.facts}
    return [
        _section("Linked", _links(evidence.links) or '<div class="note">nothing in the question names an entity of the graph</div>'),
        _section("Paths", _paths(evidence.paths)),
        _section("Facts", _facts(evidence.facts, marked=on_path)),
        notes,
    ]


def _links(links: Sequence[Link]) -> str:
    rows = []
    for link in links:
        others = [one for one in link.candidates if one.entity != link.entity][:3]
        rows.append(
            [
                _cell(link.mention.text),
                _cell(link.entity.name),
                _number(link.score),
                _cell(link.reason),
                _cell("; ".join(f"{one.entity.name} {one.score:.2f} ({one.reason})" for one in others), "soft"),
            ]
        )
    return _table(["mention", "entity", "score", "why", "or"], rows)


def _paths(paths: Sequence[Path]) -> str:
    rows = []
    for path in paths[:8]:
        ends = ", ".join(node.name for node in path.endpoints[:5]) + (f", … ({path.count:,})" if path.count > 5 else "")
        made_of = ", ".join(f"{name} {value:.2f}" for name, value in path.features.items())
        rows.append(
            [
                _number(path.score),
                _cell(path.walk, title=made_of),
                _cell(ends),
            ]
        )
    return _table(["score", "path", "ends at"], rows)


def _facts(facts: Sequence[Fact], *, marked: Iterable[str] = (), numbers: Mapping[str, str] | None = None) -> str:
    on_path = set(marked)
    rows = []
    for fact in facts:
        more = "".join(f'<div class="soft">{escape(f"{relation}: {value}", 200)}</div>' for relation, value in fact.qualifiers)
        name = f'<b class="mark">{escape(fact.relation)}</b>' if fact.id in on_path else escape(fact.relation)
        short = "" if numbers is None else numbers.get(fact.id, "")
        rows.append(
            [
                _cell(f"[{short}] {fact.id}" if short else fact.id, "id"),
                _cell(fact.subject.name),
                f"<td>{name}</td>",
                f"<td>{escape(fact.object.name, 400)}{more}</td>",
                _number(fact.score),
                _cell("; ".join(fact.source[:3]), "soft"),
            ]
        )
    return _table(["id", "subject", "relation", "object", "score", "source"], rows)


def _warnings(answer: Answer) -> str:
    unserved = [citation.id for citation in answer.citations if not citation.served]
    said = []
    if answer.unsupported:
        said.append(f"not in the evidence: {', '.join(answer.unsupported)}")
    if answer.uncited:
        said.append(f"in the evidence, but in no fact that it cites: {', '.join(node.name for node in answer.uncited)}")
    if answer.settings.get("cut_short"):
        said.append("cut off: the model's tokens were used up")
    if unserved:
        said.append(f"cited, but never served: {', '.join(unserved)}")
    return "".join(f'<div class="warn">{escape(text)}</div>' for text in said)


def _served(answer: Answer) -> dict[str, str]:
    """The short id of each fact: as it stood in the prompt, or without a model its place in the answer."""
    if answer.prompt is None:
        return {fact.id: str(place) for place, fact in enumerate(answer.facts, 1)}
    return {fact.id: short for short, fact in answer.prompt.served.items()}


def _tokens(answer: Answer) -> str:
    assert answer.prompt is not None
    dropped = f", {_counted(answer.prompt.dropped, 'fact')} dropped" if answer.prompt.dropped else ""
    return f"{'' if answer.prompt.exact else 'at most '}{answer.prompt.tokens} tokens{dropped}"


def _section(title: str, inside: str) -> str:
    return f"<h4>{title}</h4>{inside}" if inside else ""


def _folded(title: str, inside: str) -> str:
    return f"<details><summary>{title}</summary>{inside}</details>" if inside else ""


def _table(heads: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    if not rows:
        return ""
    empty = [
        all(row[column] in ("<td></td>", '<td class="soft"></td>', '<td class="number"></td>') for row in rows)
        for column in range(len(heads))
    ]
    keep = [column for column in range(len(heads)) if not empty[column]]
    head = "".join(f"<th>{heads[column]}</th>" for column in keep)
    body = "".join("<tr>" + "".join(row[column] for column in keep) + "</tr>" for row in rows[:ROWS])
    more = f'<div class="note">and {len(rows) - ROWS} more</div>' if len(rows) > ROWS else ""
    return f"<table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>{more}"


def _cell(text: str, kind: str = "", *, title: str = "") -> str:
    mark = f' class="{kind}"' if kind else ""
    about = f' title="{escape(title, 300)}"' if title else ""
    return f"<td{mark}{about}>{escape(text, 400)}</td>"


def _number(value: float | None) -> str:
    return f'<td class="number">{"" if value is None else f"{value:.2f}"}</td>'


def _count(value: int) -> str:
    return f'<td class="number">{value:,}</td>'


def _lines(text: str) -> str:
    return "\n".join(escape(line) for line in text.split("\n"))


def _counted(number: int, what: str) -> str:
    return f"{number:,} {what}{'' if number == 1 else 's'}"


def _timings(timings: Mapping[str, float]) -> str:
    return "".join(f" · {escape(stage)} {seconds * 1000:.0f} ms" for stage, seconds in timings.items())
