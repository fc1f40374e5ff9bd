"""The component: entities and links in a Doc, settings kept with the graph's hash, one store of strings that does not grow."""

from __future__ import annotations

import datetime
import importlib.metadata
import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
import spacy
from spacy.tokens import Doc, Span

import kgllm
import kgllm.linking.spacy  # registers the component where kgllm is on the path and not installed
from kgllm import Entity, Fact, Literal, Relation
from kgllm.errors import CheckpointError, ConfigError
from kgllm.testing import OracleGraph

FACTS = [("Inception", "directed by", "Christopher Nolan"), ("Christopher Nolan", "born in", "London"), ("流浪地球", "导演", "郭帆")]


def pipeline(language: str = "en", graph: list[Any] = FACTS, **config: object) -> spacy.Language:
    nlp = spacy.blank(language)
    nlp.add_pipe("kgllm", config=config).set_graph(OracleGraph(graph))  # type: ignore[attr-defined]
    return nlp


def found(doc: Doc) -> list[tuple[str, str]]:
    return [(ent.text, ent.kb_id_) for ent in doc.ents]


def test_entities_and_links() -> None:
    doc = pipeline()("Was Christopher Nolan, who made Inception, born in london?")
    assert found(doc) == [("Christopher Nolan", "Christopher Nolan"), ("Inception", "Inception"), ("london", "London")]
    assert doc._.kgllm_links[0].entity == Entity("Christopher Nolan")
    assert all(link.candidates and link.reason for link in doc._.kgllm_links)


def test_the_english_pipeline_by_its_usual_name() -> None:
    """Its noun chunks and entities are mentions: a name that is misspelt in two words is found as one."""
    qa = kgllm.GraphQA(OracleGraph([*FACTS, ("Blade Runner", "directed by", "Ridley Scott")]), nlp="en_core_web_sm")
    assert "parser" in qa.linker._nlp.pipe_names
    assert [link.entity.id for link in qa.link("Who directed the famous Blade Runer?") if link.entity] == ["Blade Runner"]
    assert [str(one) for one in qa.ask("Where was Christopher Nolan born?").entities] == ["London"]


def test_chinese_without_spaces() -> None:
    assert found(pipeline("zh")("谁导演了《流浪地球》？")) == [("流浪地球", "流浪地球")]


@pytest.mark.parametrize(("ents", "first"), [("overwrite", ("Christopher Nolan", "Christopher Nolan")), ("keep", ("Christopher", ""))])
def test_who_wins_where_entities_overlap(ents: str, first: tuple[str, str]) -> None:
    @spacy.Language.component("test_others")
    def others(doc: Doc) -> Doc:
        doc.ents = [Span(doc, 0, 1, "PERSON"), Span(doc, 4, 5, "DATE")]
        return doc

    nlp = pipeline(ents=ents)
    nlp.add_pipe("test_others", first=True)
    assert found(nlp("Christopher Nolan was there today")) == [first, ("today", "")]


def test_batches_are_as_single_documents() -> None:
    nlp, texts = pipeline(), ["Who directed Inception?", "", "Who was born in London?"]
    assert [found(doc) for doc in nlp.pipe(texts)] == [found(nlp(text)) for text in texts]


def test_links_survive_being_written() -> None:
    facts = [
        Fact(
            Entity("Q1", name="Ann", aliases=("Annie",), types=("person",)),
            Relation("born"),
            Literal("1970-07-30", value=datetime.date(1970, 7, 30)),
        )
    ]
    nlp = pipeline(graph=facts)
    doc = nlp("Was Annie born on 1970-07-30?")
    again = Doc(nlp.vocab).from_bytes(doc.to_bytes())
    assert again._.kgllm_links == doc._.kgllm_links
    assert [getattr(link.entity, "value", None) for link in again._.kgllm_links] == [
        getattr(link.entity, "value", None) for link in doc._.kgllm_links
    ]


def test_a_config_names_a_folder_and_is_kept_with_the_hash(tmp_path: Path) -> None:
    kgllm.compile(FACTS, tmp_path / "graph")
    nlp = spacy.blank("en")
    nlp.add_pipe("kgllm", config={"graph": str(tmp_path / "graph"), "threshold": 0.2})
    nlp.to_disk(tmp_path / "nlp")
    again = spacy.load(tmp_path / "nlp")
    assert found(again("Who directed Inception?")) == [("Inception", "Inception")]
    kgllm.compile([*FACTS, ("Memento", "directed by", "Christopher Nolan")], tmp_path / "graph")
    with pytest.raises(CheckpointError, match="not the one"):
        spacy.load(tmp_path / "nlp")


def test_a_live_graph_is_given_again_and_must_be_the_same(tmp_path: Path) -> None:
    nlp = pipeline()
    nlp.to_disk(tmp_path)
    again = spacy.load(tmp_path)
    with pytest.raises(ConfigError, match="has no graph"):
        again("Who directed Inception?")
    component = again.get_pipe("kgllm")
    with pytest.raises(CheckpointError):
        component.set_graph(OracleGraph(FACTS[:1]))
    component.set_graph(OracleGraph(FACTS))
    assert found(again("Who directed Inception?")) == [("Inception", "Inception")]


@pytest.mark.parametrize("config", [{"ents": "both"}, {"threshold": 2.0}])
def test_settings_that_cannot_be(config: dict[str, object]) -> None:
    with pytest.raises(ConfigError):
        spacy.blank("en").add_pipe("kgllm", config=config)


def test_broken_settings_are_told(tmp_path: Path) -> None:
    component = pipeline().get_pipe("kgllm")
    with pytest.raises(CheckpointError, match="cannot be read"):
        component.from_bytes(b"{")
    with pytest.raises(CheckpointError, match="no settings"):
        component.from_disk(tmp_path / "nowhere")


def test_an_installed_kgllm_is_found_by_spacy_alone() -> None:
    entry = [e for e in importlib.metadata.entry_points(group="spacy_factories") if e.name == "kgllm"]
    if not entry:
        pytest.skip("kgllm is on the path, not installed")
    assert entry[0].load() is kgllm.linking.spacy.make_component


def test_spacy_comes_without_torch_and_torch_can_come_after_it():
    code = """
import sys
from kgllm.linking.pipelines import import_spacy_alone
import_spacy_alone()
assert "spacy" in sys.modules and "torch" not in sys.modules
import kgllm
qa = kgllm.GraphQA(kgllm.load([("Inception", "directed by", "Christopher Nolan")]))
assert qa.ask("Who directed Inception?").text == "Christopher Nolan [1]" and "torch" not in sys.modules
"""
    subprocess.run([sys.executable, "-c", code], check=True)


def test_where_something_may_need_torch_spacy_is_left_to_come_as_it_is(monkeypatch):
    from kgllm.linking import pipelines

    other = SimpleNamespace(value="spacy_transformers:factory")
    monkeypatch.setattr(pipelines, "entry_points", lambda group: [other])
    monkeypatch.setattr(pipelines.sys, "modules", {})
    pipelines.import_spacy_alone()
    assert pipelines.sys.modules == {}
