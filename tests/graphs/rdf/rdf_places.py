"""Graphs of facts in every place where RDF can be."""

from __future__ import annotations

import tempfile
from pathlib import Path

import pytest

import kgllm
from kgllm.graphs.rdf.live import RdfGraph
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


PLACES = {one.__name__: one for one in (in_rdflib, in_oxigraph, in_rdflib_over_oxigraph, compiled, compiled_star)}
