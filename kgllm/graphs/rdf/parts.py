"""Blank nodes that are no things of their own: values with what belongs to them, and the restrictions of OWL.

`:tent :weight [ :value 3.2 ; :unitCode "KGM" ]` says two things of the tent, as a nested object of JSON does. Such nodes are told by
the property that leads to them: each of its nodes has no label, is held by one thing alone, is the only one of its thing, and says
values. What a restriction says of a class (`rdfs:subClassOf [ owl:onProperty :partOf ; owl:someValuesFrom :flower ]`) is a fact of it.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator
from collections.abc import Set as AbstractSet

from kgllm.graphs.rdf.terms import FIRST, OWL, PARTS, RDF, REIFIES, REST, TYPE, Stated, Term, local_name
from kgllm.types import Literal
from kgllm.words.relations import relation_words

Said = tuple[str, Term]
"""A property and its object."""

_ON, _SOME = f"{OWL}onProperty", (f"{OWL}someValuesFrom", f"{OWL}hasValue")
_HOLDING = frozenset((FIRST, REST, REIFIES, *PARTS, f"{OWL}unionOf", f"{OWL}intersectionOf", f"{OWL}complementOf", f"{OWL}oneOf", _ON))
_DEEPEST = 4
_VALUES = frozenset(("value", "numeric value", "numerical value", "quantity value", "literal value", "值", "数值"))
_BESIDE = frozenset(
    ("error", "margin", "tolerance", "uncertainty", "precision", "accuracy", "deviation", "confidence", "unit", "units", "code", "currency")
    + ("note", "notes", "comment", "description", "source", "type", "误差", "容差", "不确定度", "精度", "单位", "币种", "货币", "备注", "来源")
)  # fmt: skip


def is_blank(term: Term | Stated) -> bool:
    """Whether a term is a blank node."""
    return isinstance(term, str) and term.startswith("_:")


def path(first: str, then: str) -> str:
    """The property that leads through a part, as SPARQL writes it.

    >>> path("http://e/weight", "http://e/value")
    '<http://e/weight>/<http://e/value>'
    """
    return f"{first if first.startswith('<') else f'<{first}>'}/<{then}>"


class Parts:
    """Filled with the statements from and to blank nodes (`take`), then asked, once `settle` was told which have names.

    >>> parts = Parts()
    >>> for statement in (("e:tent", "e:weight", "_:w"), ("_:w", "e:value", Literal("3.2", 3.2)), ("_:w", "e:unitCode", Literal("KGM"))):
    ...     parts.take(*statement)
    >>> parts.settle(lambda node: False, frozenset())
    >>> [(name, value.name) for name, value in parts.said("e:weight", "_:w")]
    [('<e:weight>/<e:value>', '3.2'), ('<e:weight>/<e:unitCode>', 'KGM')]
    """

    def __init__(self) -> None:
        self._out: dict[str, dict[Said, None]] = {}
        self._into: dict[str, dict[tuple[str, str], None]] = {}
        self._folded: set[str] = set()
        self._alone: set[str] = set()
        self.made: dict[str, tuple[str, str, bool, bool]] = {}  # path → the properties; whether the value itself; whether the last says all

    def take(self, subject: str, predicate: str, object: Term | Stated) -> None:
        """Note a statement; one between things says nothing here."""
        if isinstance(object, Stated):
            return
        if is_blank(object):
            self._into.setdefault(str(object), {})[subject, predicate] = None
        if is_blank(subject):
            self._out.setdefault(subject, {})[predicate, object] = None

    @property
    def is_empty(self) -> bool:
        """Whether there is no part."""
        return not self._folded

    def is_part(self, node: Term | Stated) -> bool:
        """Whether a node is a part of another, and no thing."""
        return isinstance(node, str) and node in self._folded

    def said(self, predicate: str, node: str) -> Iterator[Said]:
        """What a statement with a part as its object says of its subject."""
        restricted = self._restricted(node)
        if restricted is not None:
            yield from restricted
            return
        for then, value in self._out.get(node, ()):
            if then != TYPE:
                through = path(predicate, then)
                if isinstance(value, str) and value in self._folded:
                    yield from self.said(through, value)
                else:
                    yield through, value

    def holders(self, node: str, predicate: str) -> Iterator[tuple[str, str]]:
        """Of which things a statement of a part is said, by which property."""
        restricted = self._restricted(node)
        if restricted is not None:
            on = [one for one, _ in restricted]
            yield from ((subject, on[0]) for subject, _ in self._into.get(node, ()) if predicate in _SOME and on)
            return
        for subject, first in self._into.get(node, ()) if predicate != TYPE else ():
            if subject in self._folded:
                yield from ((owner, f"{before}/<{predicate}>") for owner, before in self.holders(subject, first))
            else:
                yield subject, path(first, predicate)

    def settle(self, has_name: Callable[[str], bool], direct: AbstractSet[str]) -> None:
        """Decide which blank nodes are parts. has_name: whether a node is called something, or is more than a node; direct: properties
        of things."""
        held: dict[str, list[str]] = defaultdict(list)
        for node, into in self._into.items():
            if self._restricted(node) is not None:
                self._folded.add(node)
            for _, predicate in into:
                held[predicate].append(node)
        good = {node for node in self._into if node not in self._folded and not has_name(node) and self._is_value(node)}
        for _ in range(_DEEPEST):  # what holds a part that is none is none
            fit = {predicate: nodes for predicate, nodes in held.items() if self._fit(predicate, nodes, good)}
            kept = {node for nodes in fit.values() for node in nodes}
            kept = {node for node in kept if not any(is_blank(value) and value not in kept for _, value in self._out[node])}
            if kept == good:
                break
            good = kept
        else:
            good = set()
        self._folded |= good
        under: dict[str, set[str]] = defaultdict(set)  # by which properties of parts the parts are held that say something
        for node in good:
            for then, _ in self._out[node]:
                under[then].update(first for _, first in self._into[node])
        self._alone = {then for then, firsts in under.items() if len(firsts) == 1 and then not in direct}
        for predicate in sorted({predicate for node in good for owner, predicate in self._into[node] if owner not in good}):
            self._name(predicate, [node for node in held[predicate] if node in good], [])

    def _restricted(self, node: str) -> tuple[Said, ...] | None:
        """What a restriction says by its own property; None of a node that is none."""
        said = self._out.get(node, {})
        on = next((object for predicate, object in said if predicate == _ON), None)
        if on is None:
            return None
        return tuple((str(on), object) for predicate, object in said if predicate in _SOME and not (is_blank(object) or is_blank(on)))

    def _is_value(self, node: str) -> bool:
        said = self._out.get(node, {})
        return len(self._into[node]) == 1 and bool(said) and not any(predicate in _HOLDING for predicate, _ in said)

    def _fit(self, predicate: str, nodes: list[str], good: set[str]) -> bool:
        """Whether all that a property leads to among blank nodes are parts."""
        if predicate in _HOLDING or not good.issuperset(nodes):
            return False
        owners = [next(iter(self._into[node]))[0] for node in nodes]
        kinds: dict[bool, set[str]] = {True: set(), False: set()}
        for node in nodes:
            for then, value in self._out[node]:
                if then != TYPE:
                    kinds[not isinstance(value, str) or value in good].add(then)
        things = {then for then in kinds[False] - kinds[True] if _BESIDE.isdisjoint(relation_words(local_name(then)).spoken)}
        return len(set(owners)) == len(owners) and len(kinds[True]) > len(things)  # what joins things is an event

    def _name(self, predicate: str, nodes: list[str], above: list[str]) -> None:
        """Note the paths through the parts that a property leads to."""
        says: dict[str, list[Term]] = defaultdict(list)
        for node in nodes:
            for then, value in self._out[node]:
                if then != TYPE:
                    says[then].append(value)
        main = _main(says)
        for then, values in sorted(says.items()):
            whole = path(predicate, then)
            self.made[whole] = (predicate, then, then == main, then in self._alone)
            within = [value for value in values if isinstance(value, str) and value in self._folded]
            if within and len(above) < _DEEPEST:
                self._name(whole, within, [*above, predicate])


def _main(says: dict[str, list[Term]]) -> str | None:
    """The property that says the value itself, of those that say what it is, how surely and in which unit."""
    words = {then: relation_words(local_name(then)).spoken for then in says}
    called = [then for then in says if is_value_name(local_name(then)) or then == f"{RDF}value"]
    if len(called) == 1:
        return called[0]
    if len(says) == 1:
        return next(iter(says))
    numbers = [
        then
        for then, values in says.items()
        if _BESIDE.isdisjoint(words[then])
        and all(isinstance(value, Literal) and value.value is not None and not isinstance(value.value, (str, bool)) for value in values)
    ]
    return numbers[0] if len(numbers) == 1 else None


def is_value_name(name: str) -> bool:
    """Whether a property only says that it holds the value.

    >>> is_value_name("hasNumericValue"), is_value_name("value"), is_value_name("inMetres")
    (True, True, False)
    """
    spoken = [word for word in relation_words(name).spoken if word != "has"]
    return " ".join(spoken) in _VALUES


def names_through(first: list[str], then: list[str], *, main: bool, alone: bool) -> list[str]:
    """What a path through a part is called, from the names of both properties, the name first.

    >>> names_through(["hasBeginning"], ["inMYA"], main=True, alone=False)
    ['hasBeginning inMYA', 'hasBeginning']
    >>> names_through(["weight"], ["value"], main=True, alone=False), names_through(["offers"], ["price"], main=False, alone=True)
    (['weight'], ['offers price', 'price'])
    """
    whole = [f"{first[0]} {one}" for one in then] + [f"{one} {then[0]}" for one in first[1:]]
    if main and is_value_name(then[0]):
        return first
    return list(dict.fromkeys([*whole, *(first if main else ()), *(then if alone and not is_value_name(then[0]) else ())]))
