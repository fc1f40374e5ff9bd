"""The name index against a naive oracle, kept and opened again, merged, and searched."""

from __future__ import annotations

import gc
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kgllm.graphs.nameindex import NameIndex
from kgllm.words.names import clean, fold, initialled, normalise, unqualified

ROWS = [
    (0, "Christopher Nolan", "name"),
    (0, "Q25191", "id"),
    (0, "克里斯托弗·诺兰", "alias"),
    (1, "Heat (1995 film)", "name"),
    (2, "heat", "name"),
    (3, "Amélie", "name"),
    (4, "流浪地球", "name"),
    (5, "台灣大學", "name"),
    (6, "Spiderman", "name"),
    (7, "The Shawshank Redemption", "name"),
    (8, "机械设计基础", "name"),
    (9, "???", "name"),
    (10, "NUL\x00inside", "name"),
]


def index_of(rows: list[tuple[int, str, str]]) -> NameIndex:
    return NameIndex.build(np.array([row[0] for row in rows], np.int64), [row[1] for row in rows], [row[2] for row in rows])


@pytest.fixture(scope="module")
def index() -> NameIndex:
    return index_of(ROWS)


@pytest.mark.parametrize(
    ("text", "handle", "kind"),
    [
        ("Christopher Nolan", 0, "name"),
        ("Q25191", 0, "id"),
        ("CHRISTOPHER_NOLAN's", 0, "normalised"),
        ("克里斯托弗·诺兰", 0, "alias"),
        ("Heat", 1, "qualifier"),
        ("Heat", 2, "normalised"),
        ("amelie", 3, "folded"),
        ("《流浪地球》", 4, "normalised"),
        ("台湾大学", 5, "normalised"),
        ("???", 9, "name"),
        ("NUL\x00inside", 10, "name"),
    ],
)
def test_found_by_every_way_of_writing(index: NameIndex, text: str, handle: int, kind: str) -> None:
    assert (handle, kind) in [(hit.handle, hit.kind) for hit in index.lookup([text])[0]]


def test_the_exact_name_comes_before_looser_ones(index: NameIndex) -> None:
    assert [hit.handle for hit in index.lookup(["heat"])[0]] == [2, 1]


@pytest.mark.parametrize(
    ("text", "handle"),
    [
        ("Cristopher Nolan", 0),
        ("Christopher Nloan", 0),
        ("nolan", 0),
        ("shawshank", 7),
        ("spider man", 6),
        ("机械设汁基础", 8),
        ("机械设计", 8),
        ("Shaw", 7),
    ],
)
def test_searched_with_slips_and_parts(index: NameIndex, text: str, handle: int) -> None:
    assert index.search(text, 3)[0].handle == handle


def test_words_written_as_one_find_those_written_apart() -> None:
    assert index_of([(0, "Spider Man", "name"), (1, "Man of Steel", "name")]).search("spiderman")[0].handle == 0


def test_nothing_near_is_nothing(index: NameIndex) -> None:
    assert index.search("zzyzx") == () == index.search("") == index.search("***") == index.search("x" * 5000)
    assert NameIndex.empty().search("heat") == () and NameIndex.empty().lookup(["heat", ""]) == [(), ()]


def test_long_names_and_empty_ones_are_left_out() -> None:
    assert len(index_of([(0, "x" * 1025, "name"), (1, "é" * 513, "name"), (2, " ", "name"), (3, "x" * 1024, "name")])) == 1


def test_opened_again_it_answers_alike(index: NameIndex, tmp_path: Path) -> None:
    index.save(tmp_path)
    again = NameIndex.open(tmp_path)
    asked = [name for _, name, _ in ROWS] + ["heat", "amelie", "nobody"]
    assert again.lookup(asked) == index.lookup(asked)
    assert again.search("Cristopher Nolan") == index.search("Cristopher Nolan")
    assert {path.suffix for path in tmp_path.iterdir()} == {".npy"}


names = st.text(st.sampled_from("aAbé 's-_()，.《》中國国1") | st.characters(), max_size=8)


@settings(max_examples=150)
@given(st.lists(st.tuples(st.integers(0, 5), names), max_size=12), st.lists(names, min_size=1, max_size=4))
def test_lookup_finds_what_a_naive_search_finds(rows: list[tuple[int, str]], asked: list[str]) -> None:
    index = index_of([(handle, name, "name") for handle, name in rows])
    asked += [name for _, name in rows[:2]]
    for text, hits in zip(asked, index.lookup(asked), strict=True):
        want = {handle for handle, name in rows if _same(text, name)}
        assert {hit.handle for hit in hits} == want
        assert len(hits) == len(want)


def _same(text: str, name: str) -> bool:
    text, name = clean(text), clean(name)
    if not text or not name or name.isspace():
        return False
    forms = {normalise(name), fold(name), fold(unqualified(name)), fold(initialled(name))} - {""}
    return text == name or normalise(text) in forms or fold(text) in forms


def test_initials_and_words_of_many_names():
    names = ["United States of America", "New York", "the", "中国科学院", "a b c d e f g", "of the and", "Ann Ann", "ñandú é"]
    index = NameIndex.build(np.arange(len(names)), names, ["name"] * len(names))
    assert {hit.handle for hit in index.search("USA")} == {0} and {hit.handle for hit in index.search("NY")} == {1}
    assert not index.search("abcdefg")
    assert index.words.count("ann") == 1 and index.words.count("of") == 2 and index.words.count("nandu") == 1
    assert {hit.handle for hit in index.search("科学院")} == {3}


def test_building_leaves_the_collector_as_it_was():
    from kgllm.graphs.compiled.build import Builder

    was = gc.isenabled()
    try:
        for on in (gc.enable, gc.disable):
            on()
            before = gc.isenabled()
            Builder().store()
            assert gc.isenabled() is before
    finally:
        (gc.enable if was else gc.disable)()
