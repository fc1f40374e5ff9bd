"""Graphs of facts in every place where RDF can be."""

from __future__ import annotations

import tempfile
from pathlib import Path

import pytest

import kgllm
from kgllm.errors import GraphQueryError
from kgllm.graphs.rdf.client import Found, Raw
from kgllm.graphs.rdf.endpoint import SparqlGraph
from kgllm.graphs.rdf.live import RdfGraph
from kgllm.graphs.rdf.stores import term_of
from kgllm.graphs.rdf.write import quads
from kgllm.testing import OracleGraph

rdflib = pytest.importorskip("rdflib")
ox = pytest.importorskip("pyoxigraph")


def written(facts, *, star=False):
    return "".join(quads(OracleGraph(facts), star=star))


def in_rdflib(facts):
    return RdfGraph(rdflib.Dataset().parse(data=written(facts), format="nquads"))


def in_oxigraph(facts):
    store = ox.Store()
    store.load(written(facts, star=True).encode(), format=ox.RdfFormat.N_QUADS)
    return RdfGraph(store)


def in_rdflib_over_oxigraph(facts):
    dataset = rdflib.Dataset(store="Oxigraph")
    dataset.parse(data=written(facts), format="nquads")
    return RdfGraph(dataset)


def compiled(facts, *, star=False):
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "g.nq"
        path.write_text(written(facts, star=star), encoding="utf-8")
        return kgllm.load(path, unnamed=())


def compiled_star(facts):
    return compiled(facts, star=True)


class OxigraphEndpoint:
    """A SPARQL endpoint without a server: what is asked of it is kept in `texts`."""

    def __init__(self, store):
        self.store, self.texts = store, []

    def rows(self, text, *, seconds=None):
        self.texts.append(text)
        try:
            found = self.store.query(text)
        except (SyntaxError, RuntimeError) as error:
            raise GraphQueryError(f"{error}: {text}") from error
        names = [one.value for one in found.variables]
        return [{name: _found(row[name]) for name in names if row[name] is not None} for row in found]

    def close(self):
        pass


def _found(term):
    if not isinstance(term, ox.Literal):
        return Found(term_of(term))
    plain = term.language or term.datatype.value.endswith("#string")
    return Found(term_of(term), Raw(term.value, None if plain else term.datatype.value, term.language))


def by_sparql(facts, *, star=False):
    store = ox.Store()
    store.load(written(facts, star=star).encode(), format=ox.RdfFormat.N_QUADS)
    return SparqlGraph(OxigraphEndpoint(store))


def by_sparql_star(facts):
    return by_sparql(facts, star=True)


IN_PROCESS = (in_rdflib, in_oxigraph, in_rdflib_over_oxigraph, compiled, compiled_star, by_sparql, by_sparql_star)
PLACES = {one.__name__: one for one in IN_PROCESS}
