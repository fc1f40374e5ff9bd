"""Ask your own Turtle: as a file that is compiled, as an rdflib graph that stays live, and by a SPARQL query of your own.

python examples/bring_your_own_turtle.py [FILE.ttl QUESTION]     (needs rdflib: pip install ".[rdf]")
"""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

import rdflib

import kgllm

TURTLE = """
@prefix : <http://example.org/> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .

:wandering_earth a :Film ; rdfs:label "The Wandering Earth"@en, "流浪地球"@zh ; :director :gwo ; :released "2019-02-05"^^xsd:date .
:gwo a :Person ; rdfs:label "Frant Gwo"@en, "郭帆"@zh .
:liu a :Person ; rdfs:label "Liu Cixin"@en, "刘慈欣"@zh ; :wrote :novella .
:novella rdfs:label "The Wandering Earth (novella)"@en ; :adapted_as :wandering_earth .
:director rdfs:label "director"@en, "导演"@zh . :released rdfs:label "release date"@en, "上映日期"@zh .
"""


def main(arguments: list[str]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(arguments[0]) if arguments else Path(folder) / "films.ttl"
        if not arguments:
            path.write_text(TURTLE, encoding="utf-8")
        qa = kgllm.GraphQA(kgllm.load(path))
        for question in arguments[1:] or ["Who is the director of The Wandering Earth?", "流浪地球的上映日期是什么？"]:
            print(f"{question}  {qa.ask(question).text}")
        if arguments:
            return
        source = rdflib.Graph().parse(path)
    live = kgllm.load(source, backend="rdf")
    film, label = rdflib.URIRef("http://example.org/moon"), rdflib.RDFS.label
    source.add((film, label, rdflib.Literal("Moon", lang="en")))
    source.add((film, rdflib.URIRef("http://example.org/director"), rdflib.URIRef("http://example.org/jones")))
    source.add((rdflib.URIRef("http://example.org/jones"), label, rdflib.Literal("Duncan Jones", lang="en")))
    print(f"after an edit: {kgllm.GraphQA(live).ask('Who is the director of Moon?').text}")
    rows = live.query("SELECT ?film ?who WHERE { ?film :director ?who } ORDER BY ?film")
    for film_cell, who_cell in rows.cells:
        print(f"query: {film_cell[0].name} by {who_cell[0].name}")
    live.close()


if __name__ == "__main__":
    main(sys.argv[1:])
