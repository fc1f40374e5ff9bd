"""Word knowledge: tokens, stems, families, the words of a relation's name."""

import pytest

from kgllm.words import is_han, lexicon, relation_words, stem, tokens


@pytest.mark.parametrize(
    "forms",
    [
        "direct director directors directed directing direction",
        "write wrote written writer writers",
        "act actor actress actresses acted",
        "marry married marriage",
        "found founder founders founded",
        "compose composer composed",
        "city cities",
        "language languages",
    ],
)
def test_forms_of_a_word_share_a_stem(forms):
    assert len({stem(form) for form in forms.split()}) == 1


@pytest.mark.parametrize(
    ("one", "other"),
    [("river", "rival"), ("state", "station"), ("university", "universe"), ("find", "founder"), ("country", "county")]
    + [("sits", "site"), ("plan", "planes"), ("win", "wine")],
)
def test_other_words_do_not(one, other):
    assert stem(one) != stem(other)


def test_tokens_keep_their_places_in_both_languages():
    text = "Who's 《流浪地球》 2's director, in 2019?"
    found = tokens(text)
    assert all(text[token.start : token.end] == token.text for token in found)
    assert [token.word for token in found if token.shape == "han"] == list("流浪地球")
    assert {token.word for token in found if token.shape == "number"} == {"2", "2019"}


def test_tokens_of_odd_texts():
    assert tokens("") == [] and tokens("   ") == []
    assert tokens("h100 \ud800 👩‍🚀")[0].shape == "word"


def test_families_join_both_languages():
    words = lexicon()
    assert "direct" in words.families_of("directed") and "direct" in words.families_of("导演")
    assert "birthplace" in words.by_phrase[("plac", "of", "birth")]
    assert words.families["parent"].inverse == "child"
    assert all(family.inverse is None or family.inverse in words.families for family in words.families.values())


@pytest.mark.parametrize(
    ("name", "words", "form"),
    [
        ("directed_by", ["directed"], "by"),
        ("has_genre", ["genre"], "has"),
        ("capitalOf", ["capital"], "of"),
        ("people.person.place_of_birth", ["place", "birth"], "noun"),
        ("http://schema.org/birthPlace", ["birth", "place"], "noun"),
        ("出 生", ["出生"], "noun"),
        ("导演", ["导演"], "noun"),
        ("of", ["of"], "noun"),
        ("...", ["..."], "noun"),
    ],
)
def test_relation_names_are_split(name, words, form):
    found = relation_words(name)
    assert [word for word, _ in found.words] == words and found.form == form
    assert sum(share for _, share in found.words) == pytest.approx(1)


def test_han():
    assert is_han("a导b") and not is_han("abc") and is_han("カーヤ")
