"""What may differ between a name and how people write it."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kgllm.words.names import clean, fold, normalise, normalise_all, unqualified

anything = st.text(st.characters(exclude_categories=()), max_size=40)  # lone surrogates and controls included


@given(anything)
def test_normalising_never_raises_and_normalising_again_changes_nothing(text: str) -> None:
    once = normalise(text)
    assert normalise(once) == once
    assert bool(once) == bool(" ".join(clean(text).split())) or not once.strip()
    once.encode("utf-8")


@given(anything)
def test_folding_twice_changes_nothing(text: str) -> None:
    assert fold(fold(text)) == fold(text)


@given(st.lists(anything, min_size=1, max_size=6))
def test_in_bulk_as_one_by_one(texts: list[str]) -> None:
    assert normalise_all(texts) == [normalise(text) for text in texts]


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Elon Musk", "elon musk"),
        ("pierre_curie", "Pierre  Curie"),
        ("Some Mother's Son", "some mother’s son"),
        ("claudius 's", "Claudius"),
        ("STRASSE", "straße"),
        ("Spider-Man", "spider man"),
        ("Simon & Garfunkel", "Simon and Garfunkel"),
        ("ＮＶＬｉｎｋ", "nvlink"),
        ("《流浪地球》", "流浪地球"),
        ("臺灣大學", "台湾大学"),
        ("e\u0301cole", "\u00e9COLE"),
        ("soft\u00adhyphen", "softhyphen"),
    ],
)
def test_alike(one: str, other: str) -> None:
    assert normalise(one) == normalise(other)


@pytest.mark.parametrize(
    ("one", "other"), [("C#", "C"), ("C++", "C"), ("???", "!!!"), ("हिन्दी", "हनद"), ("résumé", "resume"), ("微软", "微")]
)
def test_not_alike(one: str, other: str) -> None:
    assert normalise(one) != normalise(other)


def test_folding_leaves_out_diacritics_of_letters_and_vowel_signs_of_none() -> None:
    assert fold("Antonín Dvořák, Łódź, Bjørn") == "antonin dvorak lodz bjorn"
    assert fold("हिन्दी") == normalise("हिन्दी")
    assert fold("한국어") == "한국어"


@pytest.mark.parametrize(
    ("text", "bare"),
    [
        ("Heat (1995 film)", "Heat"),
        ("雷雨（话剧）", "雷雨"),
        ("Paris, Texas", "Paris"),
        ("(untitled)", "(untitled)"),
        ("Tinker, Tailor, Soldier, Spy", "Tinker, Tailor, Soldier, Spy"),
        ("", ""),
    ],
)
def test_qualifiers_are_left_out(text: str, bare: str) -> None:
    assert unqualified(text) == bare
