"""Links, facts, paths, answers and statistics as tables for a terminal."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Sequence

from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from kgllm.display import as_text
from kgllm.graphs.overview import RELATIONS, TYPES, Overview
from kgllm.types import Answer, Evidence, Fact, Link, Literal, Node, Path

SHOWN = 8
"""Candidates, paths and answers shown of each kind; the others are counted. `--json` has them all."""
LONGEST = 4000  # characters of an answer that are shown: a literal may be a whole book


def links(found: Sequence[Link]) -> RenderableType:
    """What was linked and why, with what else it could have been."""
    if not found:
        return Text("nothing linked: the question names no entity of the graph", style="yellow")
    table = _table("mention", "entity", "score", "why", title="Linked")
    every = {node for link in found for node in (link.entity, *(one.entity for one in link.candidates))}
    shared = {name for name, count in Counter(node.name for node in every).items() if count > 1}
    for link in found[:SHOWN]:
        table.add_row(as_text(link.mention.text), _entity(link.entity, shared), f"{link.score:.2f}", as_text(link.reason))
        others = [one for one in link.candidates if one.entity != link.entity]
        for one in others[:2]:
            table.add_row(
                "", Text.assemble("or ", _entity(one.entity, shared), style="dim"), f"{one.score:.2f}", as_text(one.reason, "dim")
            )
        if len(others) > 2:
            table.add_row("", Text(f"and {len(others) - 2} more candidates", style="dim"), "", "")
    return Group(table, *_more(len(found), "links"))


def facts(found: Iterable[Fact], *, title: str = "Facts", numbered: bool = True) -> RenderableType:
    """Facts with their sources; numbered as an answer cites them."""
    table = _table("", "fact", "source", title=title)
    for number, fact in enumerate(found, 1):
        table.add_row(f"[{number}]" if numbered else "", as_text(fact, most=200), as_text("; ".join(fact.source[:2]), "dim", 60))
    return table if table.row_count else Text("no facts found", style="yellow")


def paths(found: Sequence[Path]) -> RenderableType:
    """Ranked paths, with what they end at."""
    table = _table("score", "path", "ends at", title="Paths")
    for path in found[:SHOWN]:
        ends = ", ".join(node.name for node in path.endpoints[:3]) + (f", … ({path.count:,})" if path.count > 3 else "")
        table.add_row(f"{path.score:.2f}", as_text(path.walk, most=160), as_text(ends, most=100))
    return Group(table, *_more(len(found), "paths")) if found else Text("no paths found", style="yellow")


def evidence(found: Evidence) -> RenderableType:
    """Everything that was found for a question."""
    notes = [as_text(f"note: {note}", "yellow") for note in found.notes]
    return Group(links(found.links), paths(found.paths), facts(found.facts, numbered=False), *notes, timings(found.timings))


def answer(found: Answer) -> RenderableType:
    """The answer, its proof and its price."""
    style = "bold yellow" if found.abstained else "bold green"
    parts: list[RenderableType] = [as_text(found.text, style, LONGEST)]
    if found.value is not None:
        parts.append(Text(f"number: {found.value:,}"))
    if found.facts:
        parts.append(facts(found.facts[:SHOWN], title="Because"))
        parts += _more(len(found.facts), "facts")
    unserved = [citation.id for citation in found.citations if not citation.served]
    if unserved:
        parts.append(as_text(f"cited, and never served: {', '.join(unserved)}", "red"))
    if found.unsupported:
        parts.append(as_text(f"not in the evidence: {', '.join(found.unsupported)}", "red"))
    if found.uncited:
        parts.append(as_text(f"in the evidence, but in no fact that it cites: {', '.join(node.name for node in found.uncited)}", "yellow"))
    if found.settings.get("cut_short"):
        parts.append(as_text("cut off: the model's tokens were used up", "red"))
    parts.append(Text(f"confidence {found.confidence:.2f}", style="dim"))
    parts.append(timings(found.timings))
    return Group(*parts)


def statistics(found: Overview) -> RenderableType:
    """Totals, relations with a fact of each, and types of a graph, the commonest first."""
    schema = found.schema
    table = _table("relation", "facts", "subjects", "objects", "from → to", "for example", title="Relations")
    for one in found.relations():
        counts = (f"{one.facts:,}", f"{one.subjects:,}", f"{one.objects:,}")
        example = found.examples.get(one.relation.id, "")
        table.add_row(as_text(one.relation.name, most=60), *counts, as_text(one.ends, "dim"), as_text(example, "dim", 160))
    parts: list[RenderableType] = [Text(found.totals), table, *_more(len(schema.relations), "relations", most=RELATIONS)]
    if schema.types:
        kinds = _table("type", "entities", title="Types")
        for name, count in found.types():
            kinds.add_row(as_text(name, most=60), f"{count:,}")
        parts += [kinds, *_more(len(schema.types), "types", most=TYPES)]
    return Group(*parts)


def timings(found: object) -> Text:
    """Milliseconds of each stage, on one line."""
    spent = dict(found) if isinstance(found, dict) else {}
    return Text(" · ".join(f"{stage} {seconds * 1e3:.1f} ms" for stage, seconds in spent.items()), style="dim")


def _table(*columns: str, title: str) -> Table:
    table = Table(title=title, title_justify="left", title_style="bold", box=None, padding=(0, 2, 0, 0), header_style="dim")
    for name in columns:
        beside = name in ("from → to", "source", "for example")  # cut where there is no room, so that what matters is not folded
        table.add_column(
            name,
            justify="right" if name in ("score", "facts", "subjects", "objects", "entities") else "left",
            overflow="ellipsis" if beside else "fold",
            no_wrap=beside,
            max_width=(60 if name == "for example" else 30) if beside else None,
        )
    return table


def _entity(node: Node, shared: Collection[str]) -> Text:
    """Its name and types, and its id where another that is shown has the same name."""
    told = "" if isinstance(node, Literal) else ", ".join([*node.types[:2], *([f"id {node.id}"] if node.name in shared else [])])
    return as_text(node.name, most=80).append_text(as_text(f" ({told})" if told else "", "dim", 80))


def _more(count: int, what: str, most: int = SHOWN) -> list[Text]:
    return [Text(f"  and {count - most:,} more {what}", style="dim")] if count > most else []
