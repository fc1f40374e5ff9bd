"""What a user calls the relations, on every backend; the same for the files of the command line."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import networkx as nx
import pytest

import kgllm
from kgllm.errors import ConfigError, WrongTypeError
from kgllm.graphs.wordings import Wordings
from kgllm.types import Relation

TRIPLES = [("Germany", "tld", "de"), ("Germany", "capital", "Berlin"), ("France", "tld", "fr"), ("France", "capital", "Paris")]
SAID = {"tld": ["web ending", "网址后缀"]}
ASKED = ("What is the web ending of Germany?", "Germany的网址后缀是什么？")


def of_networkx() -> Any:
    graph = nx.MultiDiGraph()
    for subject, relation, other in TRIPLES:
        graph.add_edge(subject, other, relation=relation)
    return graph


def of_rdf() -> Any:
    rdflib = pytest.importorskip("rdflib")
    lines = " ".join(f":{subject} :{relation} :{other} ." for subject, relation, other in TRIPLES)
    return rdflib.Graph().parse(data=f"@prefix : <http://e/> . {lines}")


def folder(tmp_path: Path) -> Any:
    kgllm.compile(TRIPLES, tmp_path / "g")
    return tmp_path / "g"


@pytest.mark.parametrize(
    ("source", "options"),
    [
        (lambda _: TRIPLES, {}),
        (folder, {}),
        (lambda _: [{"name": name, "tld": end} for name, end in (("Germany", "de"), ("France", "fr"), ("Peru", "pe"))], {}),
        (lambda _: of_networkx(), {}),
        (lambda _: of_networkx(), {"backend": "networkx"}),
        (lambda _: of_rdf(), {}),
        (lambda _: of_rdf(), {"backend": "rdf"}),
    ],
)
def test_words_of_relations(source: Any, options: dict[str, Any], tmp_path: Path) -> None:
    made = source(tmp_path)
    plain = kgllm.GraphQA(kgllm.load(made, **options))
    assert all(plain.ask(question).abstained for question in ASKED)
    qa = kgllm.GraphQA(kgllm.load(made, relations=SAID, **options))
    for question in ASKED:
        answer = qa.ask(question)
        assert [one.name for one in answer.entities] == ["de"]
        assert answer.facts[0].relation.aliases == ("web ending", "网址后缀")
    with pytest.raises(ConfigError, match="no relation 'tdl'") as caught:
        kgllm.load(made, relations={"tdl": "x"}, **options).schema()
    assert "did you mean 'tld'" in str(caught.value.hint)


def test_by_iri_and_by_name() -> None:
    for key in ("http://e/tld", "tld"):
        said = Wordings({key: "web ending"})
        assert said.of(Relation("http://e/tld", "tld")).aliases == ("web ending",)
        assert said.of(Relation("http://e/capital", "capital")).aliases == ()


def test_a_file(tmp_path: Path) -> None:
    path = tmp_path / "words.csv"
    path.write_text("tld,web ending\ntld,网址后缀\n", encoding="utf-8")
    qa = kgllm.GraphQA(kgllm.load(TRIPLES, relations=path))
    assert [qa.ask(question).text for question in ASKED] == ["de [1]", "de [1]"]


def test_kept_when_saved(tmp_path: Path) -> None:
    kgllm.compile(TRIPLES, tmp_path / "g", relations=SAID)
    assert not kgllm.GraphQA(kgllm.load(tmp_path / "g")).ask(ASKED[1]).abstained


@pytest.mark.parametrize("said", [3, ["tld"], {"tld": 3}, {"tld": []}, {"tld": [" "]}, {3: "x"}])
def test_refused(said: Any) -> None:
    with pytest.raises(WrongTypeError, match="relations"):
        kgllm.load(TRIPLES, relations=said)
