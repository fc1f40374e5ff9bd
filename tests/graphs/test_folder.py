"""The folder of a compiled graph: what is damaged or foreign is refused, what is killed leaves the old graph."""

from __future__ import annotations

import json

import pytest

from kgllm.errors import CheckpointError, ConfigError, GraphParseError
from kgllm.graphs.base import Record, Triples
from kgllm.graphs.compiled.graph import CompiledGraph, build
from kgllm.testing import SCENARIOS, check_facts
from kgllm.testing.oracle import fact_of


def triples(n=50):
    return iter([Triples([f"s{i}" for i in range(n)], ["r"] * n, [f"电影{i % 7}" for i in range(n)], "kb.tsv", range(1, n + 1))])


@pytest.fixture
def saved(tmp_path):
    build(triples(), folder=tmp_path / "graph")
    return tmp_path / "graph"


def test_a_folder_keeps_every_rule(tmp_path):
    places = (tmp_path / str(i) for i in range(10_000))
    for name in ("node properties are facts with literals", "n-ary facts", "unnamed nodes", "whole numbers as ids", "nothing"):
        check_facts(
            lambda facts: build((Record(fact=fact_of(fact)) for fact in facts), folder=next(places)), SCENARIOS[name], scenario=name
        )


def test_an_opened_graph_is_the_graph_that_was_saved(saved):
    here, there = build(triples()), CompiledGraph.open(saved, verify=True)
    assert here.schema() == there.schema() and here.version() == there.version()
    assert list(here.scan(limit=99).items) == list(there.scan(limit=99).items)
    assert [fact.source for fact in there.scan(limit=2).items] == [("kb.tsv:1",), ("kb.tsv:2",)]


def test_a_second_compile_takes_the_place_of_the_first_and_readers_keep_theirs(saved):
    reader = CompiledGraph.open(saved)
    build(triples(9), folder=saved)
    assert CompiledGraph.open(saved).schema().facts == 9
    assert reader.schema().facts == 50 and len(reader.scan(limit=99).items) == 50
    assert sorted(path.name for path in saved.iterdir()) == ["LOCK", "MANIFEST.json", "gen-000002"]


def damage_truncate(path):
    path.write_bytes(path.read_bytes()[:-3])


def damage_flip(path):
    content = bytearray(path.read_bytes())
    content[-1] ^= 1
    path.write_bytes(content)


@pytest.mark.parametrize("damage", [damage_truncate, damage_flip, lambda path: path.unlink()])
def test_every_damaged_file_is_noticed(saved, damage):
    for path in sorted(path for path in saved.rglob("gen-*/**/*") if path.is_file()):
        whole = path.read_bytes()
        damage(path)
        with pytest.raises(CheckpointError, match=r"kgllm\.compile"):
            CompiledGraph.open(saved)
        path.write_bytes(whole)
    assert CompiledGraph.open(saved).schema().facts == 50


@pytest.mark.parametrize(
    "content", ["", "{", "[]", "null", '{"kgllm": "compiled graph"}', '{"kgllm": "compiled graph", "format": 999}', "[" * 9999]
)
def test_a_damaged_manifest_is_noticed(saved, content):
    (saved / "MANIFEST.json").write_text(content)
    with pytest.raises(CheckpointError):
        CompiledGraph.open(saved)


def test_folders_of_others_are_neither_read_nor_written(tmp_path):
    (tmp_path / "thesis.doc").write_text("years of work")
    with pytest.raises(GraphParseError, match="not the folder of a compiled graph"):
        CompiledGraph.open(tmp_path)
    with pytest.raises(ConfigError, match=r"thesis\.doc"):
        build(triples(), folder=tmp_path)
    with pytest.raises(ConfigError, match="is a file"):
        build(triples(), folder=tmp_path / "thesis.doc")
    assert [path.name for path in tmp_path.iterdir()] == ["thesis.doc"]
    (tmp_path / "MANIFEST.json").write_text(json.dumps({"kgllm": "something else"}))
    with pytest.raises(GraphParseError):
        CompiledGraph.open(tmp_path)
