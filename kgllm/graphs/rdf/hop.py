"""One hop at an endpoint: counts, the other ends of facts, what is said of them; a bounded number of requests for any batch.

Along a pair of node and relation that has no more facts than `CUT_BY_KEY` all are read and the first by key are given, as on
every other backend; of a larger one the endpoint gives as many as were asked for, so that a hub costs no more than they do.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from operator import itemgetter
from typing import Any, TypeVar

from kgllm.graphs.base import sort_key
from kgllm.graphs.rdf import texts
from kgllm.graphs.rdf.client import Found, Rows
from kgllm.graphs.rdf.names import wikibase_role
from kgllm.graphs.rdf.structure import RANK
from kgllm.graphs.rdf.survey import Ask, Survey, number_in
from kgllm.graphs.rdf.terms import PARTS, REIFIES, Term, iri_of, text_of, written_as
from kgllm.graphs.rdf.write import term as write_term
from kgllm.graphs.rdf.write import text_term
from kgllm.graphs.waiting import asking
from kgllm.types import Literal, Node, Relation

T = TypeVar("T")

CUT_BY_KEY = 20_000
_TERMS = 500  # in one text
_TRIPLES = 2_000
_ROWS = 60_000  # expected of one text
_BLOCKS = 40  # hubs in one text
_SLACK = 1_000  # facts that may have come in between

Counts = dict[tuple[str, int], int]
"""Facts of one node by (predicate, way)."""

Request = tuple[Term, str, int]
"""A node, a predicate, and a way: 0 out, 1 in."""


@dataclass(frozen=True, slots=True)
class Near:
    """A fact as seen from a node: the other end, its qualifiers and sources."""

    other: Term
    qualifiers: tuple[tuple[Relation, Node], ...] = ()
    sources: tuple[str, ...] = ()


def place(survey: Survey, node: Node) -> Term:
    """The term of a node; the graph need not have it."""
    if isinstance(node, Literal):
        return node
    term = survey.names.node(node.id) or iri_of(node.id)
    return term if survey.folded is None else survey.folded.leader(term)


def written(survey: Survey, node: Term) -> list[str]:
    """How a term is written in a text: a literal in every way in which the endpoint may hold it, a node as all that are it."""
    if isinstance(node, Literal):
        kept = survey.written.get(node)
        forms: list[tuple[str, str | None, str | None]] = list(kept) if kept is not None else [written_as(node)]
        if kept is None and node.datatype is None and node.language is None:
            forms.append((node.name, None, None))  # whatever value it has here
        return list(dict.fromkeys(text_term(*form) for form in forms))
    members = survey.names.members.get(node, (node,))
    blank = survey.shape.blank == "kept"
    return [f"<{write_term(one)}>" if one[:2] == "_:" else write_term(one) for one in members if blank or one[:2] != "_:"]


def counts(ask: Ask, survey: Survey, nodes: Iterable[Term]) -> dict[Term, Counts]:
    """The facts of each node by relation and way, of hubs as of the survey; kept as long as the ask lasts that this belongs to."""
    memo = _counted(survey)
    new = [node for node in dict.fromkeys(nodes) if node not in memo]
    memo.update(fresh_counts(ask, survey, new))
    return memo


def _counted(survey: Survey) -> dict[Term, Counts]:
    now = asking()
    return dict(survey.hubs) if now is None else now.memo.setdefault(("sparql counts", id(survey)), dict(survey.hubs))


def fresh_counts(ask: Ask, survey: Survey, nodes: Sequence[Term]) -> dict[Term, Counts]:
    """The facts of each node by relation and way, as they are now."""
    whole: dict[Term, Counts] = {}
    for some in _chunks(nodes, _TERMS):
        found: list[Counts] = [{} for _ in some]
        out, into = _rows(survey, some)
        if out or into:
            for row in ask(texts.counts(survey.shape, out, into)):
                at = (str(row["p"].term), number_in(row["w"]))
                i = number_in(row["i"])
                if at[1] == 0 or not _only_names(survey, some[i], at[0]):
                    found[i][at] = found[i].get(at, 0) + number_in(row["c"])
        if survey.shape.qualified and any(found):
            _count_ways(ask, survey, some, found, out, into)
        if survey.folded is not None:
            for node, mine in zip(some, found, strict=True):
                survey.folded.correct(node, mine)
        whole.update(zip(some, found, strict=True))
    return whole


def _only_names(survey: Survey, end: Term, predicate: str) -> bool:
    """Whether no statement with this object is a fact: it types with a node, or names with a literal."""
    if isinstance(end, str):
        return predicate in survey.shape.types
    return predicate in survey.shape.names or not end.name.strip()


def _count_ways(ask: Ask, survey: Survey, nodes: Sequence[Term], found: list[Counts], out: Any, into: Any) -> None:
    rows = ask(texts.several_of(survey.shape, out, into, _ROWS))
    for subject, predicate, object, more in ways_more(ask, survey, rows):
        for node, way in ((subject, 0), (object, 1)):
            for i, one in enumerate(nodes):
                if one == node and (predicate, way) in found[i]:
                    found[i][predicate, way] += more


def ways_more(ask: Ask, survey: Survey, rows: Iterable[dict[str, Found]]) -> list[tuple[str, str, Term, int]]:
    """For facts of which several statements speak: (subject, predicate, object, how many facts more than one they make)."""
    triples = list(dict.fromkeys((str(row["n"].term), str(row["p"].term), survey.note(row["m"])) for row in rows))
    ways = details(ask, survey, triples)
    return [(*triple, len(ways[i]) - 1) for i, triple in enumerate(triples) if len(ways[i]) > 1]


def near(ask: Ask, survey: Survey, requests: Mapping[Request, int]) -> dict[Request, tuple[list[Near], bool]]:
    """For each request its facts ordered by neighbour, at most as many as it says, and whether there are more."""
    first, sizes = _first(ask, survey, requests)
    name(ask, survey, [end for found in first.values() for end in found])
    return _cut(ask, survey, first, sizes, requests)


def ends(ask: Ask, survey: Survey, requests: Mapping[Request, int]) -> dict[Request, tuple[list[Term], bool]]:
    """The same as other ends alone: of graphs in which nothing is said of statements."""
    first, sizes = _first(ask, survey, requests)
    return {request: (found[: requests[request]], max(len(found), sizes[request]) > requests[request]) for request, found in first.items()}


def _first(ask: Ask, survey: Survey, requests: Mapping[Request, int]) -> tuple[dict[Request, list[Term]], dict[Request, int]]:
    """For each request its first other ends by key, one more than it says where there are more, and how many facts it has."""
    now = asking()
    kept: dict[Request, list[Term]] = {} if now is None else now.memo.setdefault(("sparql ends", id(survey)), {})
    counted: Mapping[Term, Counts] = _counted(survey)
    fresh = [] if now is None else [request for request in requests if request not in kept and request[0] not in counted]
    for some in _chunks(fresh, _TERMS):  # far into a question most nodes are small: they are read without being counted first
        rows = _edges(ask, survey, some, CUT_BY_KEY)
        if len(rows) < CUT_BY_KEY:
            kept.update({request: [] for request in some} | _sorted_ends(survey, some, rows))
    known = counts(ask, survey, [request[0] for request in requests if request not in kept])
    sizes = {request: _size(request, kept, known) for request in requests}
    few = [request for request, size in sizes.items() if 0 < size <= CUT_BY_KEY]
    many = [request for request, size in sizes.items() if size > CUT_BY_KEY]
    found: dict[Request, list[Term]] = {}
    for some in _packed([request for request in few if request not in kept], sizes):
        expected = sum(sizes[request] for request in some) + _SLACK
        rows = _edges(ask, survey, some, expected)
        if len(rows) >= expected:  # it grew while it was read
            many += some
        else:
            kept.update(_sorted_ends(survey, some, rows))
    found.update({request: kept[request] for request in few if request in kept})
    for limit in sorted({requests[request] for request in many}):
        for blocks in _chunks([request for request in many if requests[request] == limit], _BLOCKS):
            found.update(_sorted_ends(survey, blocks, ask(texts.hubs(survey.shape, *_steps(survey, blocks), limit + 1))))
    return {request: mine[: requests[request] + 1] for request, mine in found.items()}, sizes


def _size(request: Request, kept: Mapping[Request, list[Term]], known: Mapping[Term, Counts]) -> int:
    return len(kept[request]) if request in kept else known[request[0]].get((request[1], request[2]), 0)


def _cut(
    ask: Ask, survey: Survey, first: Mapping[Request, list[Term]], sizes: Mapping[Request, int], limits: Mapping[Request, int]
) -> dict[Request, tuple[list[Near], bool]]:
    pairs = [(request, end) for request, found in first.items() for end in found]
    shape = survey.shape
    if not shape.told or not pairs:
        whole: dict[Request, list[Near]] = {request: [Near(end) for end in found] for request, found in first.items()}
    else:
        triples = [(str(node), p, end) if way == 0 else (str(end), p, node) for (node, p, way), end in pairs]
        ways = details(ask, survey, triples)
        whole = {}
        for (request, end), said in zip(pairs, ways, strict=True):
            whole.setdefault(request, []).extend(Near(end, qualifiers, sources) for qualifiers, sources in said.items())
    return {request: (found[: limits[request]], max(len(found), sizes[request]) > limits[request]) for request, found in whole.items()}


def along(ask: Ask, survey: Survey, predicate: str, limit: int) -> list[tuple[str, Term]] | None:
    """(subject, object) of all facts of a relation, by their keys, each once; None where more than the limit came."""
    ends: dict[tuple[str, Term], None] = {}
    rows = ask(texts.along(survey.shape, predicate, limit + 1))
    if len(rows) > limit:
        return None
    for row in rows:
        subject, object = survey.note(row["n"]), survey.note(row["m"])
        if isinstance(subject, str) and (isinstance(object, str) or object.name.strip()):
            ends[subject, object] = None
    subjects = {one: i for i, one in enumerate(_by_key(survey, dict.fromkeys(one for one, _ in ends)))}
    objects = {one: i for i, one in enumerate(_by_key(survey, dict.fromkeys(one for _, one in ends)))}
    return sorted(ends, key=lambda pair: (subjects[pair[0]], objects[pair[1]]))


def out_of(ask: Ask, survey: Survey, nodes: Sequence[str], expected: int) -> dict[str, list[tuple[str, Near]]]:
    """All facts out of some nodes, by (relation id, neighbour)."""
    found: dict[str, dict[tuple[str, Term], None]] = {node: {} for node in nodes}
    for some in _chunks(nodes, _TERMS):
        rows = [(i, one) for i, node in enumerate(some) for one in written(survey, node)]
        for row in ask(texts.facts_of(survey.shape, rows, 2 * expected + _SLACK)):
            found[some[number_in(row["i"])]][str(row["p"].term), survey.note(row["n"])] = None
    triples = [(node, predicate, end) for node, mine in found.items() for predicate, end in mine]
    name(ask, survey, [end for _, _, end in triples])
    ways: Sequence[Ways] = details(ask, survey, triples) if survey.shape.told else [{(): ()}] * len(triples)
    whole: dict[str, list[tuple[str, Near]]] = {node: [] for node in nodes}
    for (node, predicate, end), said in zip(triples, ways, strict=True):
        whole[node] += [(predicate, Near(end, qualifiers, sources)) for qualifiers, sources in said.items()]
    for mine in whole.values():
        mine.sort(key=lambda one: (text_of(one[0]), sort_key_of(survey, one[1].other), [(r.id, sort_key(v)) for r, v in one[1].qualifiers]))
    return whole


def literals_of(ask: Ask, survey: Survey, nodes: Sequence[str]) -> list[dict[tuple[Relation, Literal], None]]:
    """The literals that facts give each node, at most `CUT_BY_KEY` of all."""
    found: list[dict[tuple[Relation, Literal], None]] = [{} for _ in nodes]
    for start, some in enumerate(_chunks(nodes, _TERMS)):
        rows = [(i, one) for i, node in enumerate(some) for one in written(survey, node)]
        for row in ask(texts.properties(survey.shape, rows, CUT_BY_KEY)):
            end = survey.note(row["n"])
            if isinstance(end, Literal) and end.name.strip():
                found[start * _TERMS + number_in(row["i"])][survey.names.relation(str(row["p"].term)), end] = None
    return found


Ways = dict[tuple[tuple[Relation, Node], ...], tuple[str, ...]]


def details(ask: Ask, survey: Survey, triples: Sequence[tuple[str, str, Term]]) -> list[Ways]:
    """For each fact the ways in which it is qualified, with the named graphs that say so; one way without qualifiers for most."""
    found: list[Ways] = []
    for some in _chunks(triples, _TRIPLES):
        rows = [
            (i, f"{s} {write_term(predicate)} {o}")
            for i, (subject, predicate, object) in enumerate(some)
            for s in written(survey, subject)
            for o in written(survey, object)
        ]
        graphs: list[dict[str, None]] = [{} for _ in some]
        reifiers: list[dict[str, list[tuple[str, Term]]]] = [{} for _ in some]
        saying: dict[tuple[int, str], dict[str, None]] = {}
        for row in ask(texts.details(survey.shape, rows)):
            i = number_in(row["i"])
            graph = str(row["g"].term) if "g" in row else ""
            if "r" not in row:
                graphs[i][graph] = None
                continue
            reifier, predicate = str(row["r"].term), str(row["q"].term)
            said = reifiers[i].setdefault(reifier, [])
            saying.setdefault((i, reifier), {})[graph] = None
            if predicate not in PARTS and predicate != REIFIES and not survey.names.is_naming(predicate, row["n"].term):
                said.append((predicate, survey.note(row["n"])))
        if survey.shape.claims:
            reifiers = [{node: _of_claim(said) for node, said in mine.items()} for mine in reifiers]
        name(ask, survey, [end for mine in reifiers for said in mine.values() for _, end in said])
        for i in range(len(some)):
            found.append(_ways(survey, list(graphs[i]), reifiers[i], {r: list(saying[i, r]) for r in reifiers[i]}))
    return found


def _of_claim(said: list[tuple[str, Term]]) -> list[tuple[str, Term]]:
    """What is said of a statement's node, of Wikibase's only the qualifiers, by their direct properties."""
    if all(predicate != RANK for predicate, _ in said):
        return said
    roles = ((wikibase_role(predicate), end) for predicate, end in said)
    return [(role[1], end) for role, end in roles if role is not None and role[0] == "qualifier"]


def _ways(survey: Survey, graphs: list[str], reifiers: Mapping[str, list[tuple[str, Term]]], saying: Mapping[str, list[str]]) -> Ways:
    sources = tuple(sorted(text_of(graph) for graph in graphs if graph))
    if not reifiers:
        return {(): sources}
    ways: Ways = {}
    for reifier, said in reifiers.items():
        pairs = {(survey.names.relation(predicate), survey.node(end)): None for predicate, end in said}
        qualifiers = tuple(sorted(pairs, key=lambda one: (one[0].id, sort_key(one[1]))))
        own = [text_of(graph) for graph in saying[reifier] if graph]
        ways[qualifiers] = tuple(sorted({*ways.get(qualifiers, ()), *own}))
    return {
        qualifiers: own or sources
        for qualifiers, own in sorted(ways.items(), key=lambda one: [(r.id, sort_key(value)) for r, value in one[0]])
    }


def name(ask: Ask, survey: Survey, terms: Iterable[Term]) -> None:
    """Ask for the names of nodes that came since the survey."""
    new = [one for one in dict.fromkeys(terms) if isinstance(one, str) and one not in survey.known]
    for some in _chunks(new, _TERMS):
        rows = [(i, one) for i, node in enumerate(some) for one in written(survey, node)]
        for row in ask(texts.about(survey.shape, rows)) if rows else ():
            survey.names.take(some[number_in(row["i"])], str(row["p"].term), row["n"].term)
        survey.known.update(some)


def sort_key_of(survey: Survey, end: Term) -> tuple[Any, ...]:
    """`sort_key` of a term's node."""
    return (0, str(survey.names.key(end)), "", "") if isinstance(end, str) else sort_key(end)


def _sorted_ends(survey: Survey, requests: Sequence[Request], rows: Rows) -> dict[Request, list[Term]]:
    """The other ends of each request by key, each once."""
    found: dict[Request, dict[Term, None]] = {}
    for row in rows:
        end = survey.note(row["n"])
        if isinstance(end, str) or end.name.strip():
            found.setdefault(requests[number_in(row["i"])], {})[end] = None
    return {request: _by_key(survey, mine) for request, mine in found.items()}


def _by_key(survey: Survey, ends: Iterable[Term]) -> list[Term]:
    """In the order of keys; nodes and literals of the survey stand there in that order."""
    places = [(survey.place.get(end, -1), end) for end in ends]
    if all(place >= 0 for place, _ in places):
        places.sort(key=itemgetter(0))
        return [end for _, end in places]
    return sorted((end for _, end in places), key=lambda end: sort_key_of(survey, end))


def _rows(survey: Survey, nodes: Sequence[Term]) -> tuple[list[texts.Row], list[texts.Row]]:
    into = [(i, one) for i, node in enumerate(nodes) for one in written(survey, node)]
    return [row for row in into if isinstance(nodes[row[0]], str)], into


def _steps(survey: Survey, requests: Sequence[Request]) -> tuple[list[texts.Row], list[texts.Row]]:
    found: tuple[list[texts.Row], list[texts.Row]] = ([], [])
    for i, (node, predicate, way) in enumerate(requests):
        if way == 0 or not _only_names(survey, node, predicate):
            found[way].extend((i, f"{one} {write_term(predicate)}") for one in written(survey, node))
    return found


def _edges(ask: Ask, survey: Survey, requests: Sequence[Request], limit: int) -> Rows:
    also = survey.shape.names + survey.shape.types
    naming = any(way == 0 and predicate in also for _, predicate, way in requests)
    out, into = _steps(survey, requests)
    return ask(texts.edges(survey.shape, out, into, limit, naming=naming)) if out or into else []


def _chunks(items: Sequence[T], size: int) -> Iterator[Sequence[T]]:
    for start in range(0, len(items), size):
        yield items[start : start + size]


def _packed(requests: Sequence[Request], sizes: Mapping[Request, int]) -> Iterator[list[Request]]:
    """Requests in as few texts as their terms and rows allow."""
    some: list[Request] = []
    rows = 0
    for request in requests:
        if some and (len(some) == _TERMS or rows + sizes[request] > _ROWS):
            yield some
            some, rows = [], 0
        some.append(request)
        rows += sizes[request]
    if some:
        yield some
