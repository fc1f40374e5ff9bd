"""Of numbers that say how long ago something was more is earlier; and kinds are called in Chinese by what their things' names end with."""

from __future__ import annotations

import pytest

import kgllm

rdflib = pytest.importorskip("rdflib")

WARES = (("Beaker", "大 口 杯", "Ware", 45), ("Funnel", "漏 斗 杯", "Ware", 60), ("Corded", "绳 纹 杯", "Ware", 48))
SITES = (("Olm", "奥 姆 丘", "Mound", 30), ("Tarn", "塔 恩 丘", "Mound", 20), ("Vass", "瓦 斯 丘", "Mound", 55))
TEXT = "@prefix : <http://e.org/> . @prefix skos: <http://www.w3.org/2004/02/skos/core#> . @prefix k: <http://e.org/kind/> .\n" + "\n".join(
    f':{name} a skos:Concept ; :level k:{kind} ; skos:prefLabel "{name}"@en, "{chinese}"@zh ; :begins [ :centuriesBP {ago} ; :marginOfError 2 ] .'
    for name, chinese, kind, ago in (*WARES, *SITES)
)
LAYERS = [{"layer": name, "years_ago": ago} for name, ago in (("Ash", 900), ("Clay", 4000), ("Peat", 2500))]


@pytest.fixture(scope="module")
def finds():
    return kgllm.GraphQA(kgllm.load(rdflib.Graph().parse(data=TEXT)))


@pytest.mark.parametrize(
    ("question", "names"),
    [
        ("Which ware begins first?", {"Funnel"}),
        ("Which mound begins last?", {"Tarn"}),
        ("Which begins earlier, Beaker or Olm?", {"Beaker"}),
        ("Which wares begin before 47?", {"Funnel", "Corded"}),
        ("Which mounds begin after 40?", {"Olm", "Tarn"}),
        ("有哪些丘？", {"Olm", "Tarn", "Vass"}),
        ("列出所有的杯。", {"Beaker", "Funnel", "Corded"}),
    ],
)
def test_more_is_earlier(finds, question, names):
    assert {one.name for one in finds.ask(question).entities} == names


@pytest.mark.parametrize(("question", "name"), [("Which layer is the earliest?", "Clay"), ("Which layer is the latest?", "Ash")])
def test_tables_too(question, name):
    assert kgllm.GraphQA(kgllm.load(LAYERS, table="layers")).ask(question).entities[0].name == name
