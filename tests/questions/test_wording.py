"""What relations are called and how questions read: general forms of names, agreement, templates of the user, noise, paraphrases."""

from __future__ import annotations

import random
import re

import pytest

import kgllm
from kgllm.errors import GraphParseError
from kgllm.questions import Question, iterate, paraphrase, write_templates
from kgllm.questions.chinese import Chinese
from kgllm.questions.english import Hop, Said, fill, plural
from kgllm.questions.english_kinds import EnglishKinds
from kgllm.questions.naming import acts, article, as_words, chinese, english
from kgllm.questions.noise import mention, styled, typo
from kgllm.questions.phrases import About, Phrases, families_of, relation_phrases
from kgllm.questions.templates import read_templates
from kgllm.types import Entity, Relation


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("directed_by", "directed by"),
        ("hasGenre", "has genre"),
        ("people.person.place_of_birth", "place of birth"),
        ("NVLink bandwidth", "NVLink bandwidth"),
        ("http://x.org/ns#birthPlace", "birth place"),
        ("出生地", "出生地"),
    ],
)
def test_names_as_words(name, said):
    assert as_words(name) == said


@pytest.mark.parametrize(
    ("name", "way", "slot", "wording"),
    [
        ("painted_by", 1, "part", "painted by {x}"),
        ("painted_by", 1, "that", "{x} painted"),
        ("has_color", 0, "noun", "color"),
        ("located in", 1, "part", "located in {x}"),
        ("depends on", 0, "did", "does {x} depend on"),
        ("treats", 1, "rel", "treat{s} {x}"),
        ("capital of", 1, "noun", "capital"),
        ("languages spoken", 0, "noun", "language"),
    ],
)
def test_wordings_by_the_form_of_a_name(name, way, slot, wording):
    assert wording in english(name)[way][slot]


def test_numbers_are_asked_for_as_how_many():
    out, _ = english("CUDA cores", number=True)
    assert "how many CUDA cores {does} {x} have" in out["ask"]


@pytest.mark.parametrize(
    ("wording", "x", "several", "said"),
    [
        ("what language {is} {x} in", Said("the films", plural=True), False, "what language are the films in"),
        ("does {x} belong to", Said("the films", plural=True), False, "do the films belong to"),
        ("{x} deals with", Said("the films", plural=True), False, "the films deal with"),
        ("was the writer of {x}", Said("Alien"), True, "were the writer of Alien"),
        ("speak{s} {x}", Said("French"), False, "speaks French"),
        ("who are {x}'s children", Said("the kings", plural=True), False, "who are the kings' children"),
    ],
)
def test_verbs_agree(wording, x, several, said):
    assert fill(wording, x, several=several) == said


@pytest.mark.parametrize(
    ("one", "many"), [("city", "cities"), ("person", "people"), ("place of birth", "places of birth"), ("child", "children")]
)
def test_plurals(one, many):
    assert plural(one) == many


def test_a_family_is_taken_only_where_the_whole_name_is_of_it():
    assert "rating" not in families_of("imdb_rating")
    assert families_of("mentions") == () or "teach" not in families_of("mentions")
    assert "filmed" not in families_of("film.actor.film")


def test_what_stands_at_the_ends_chooses_between_wordings():
    language = Relation("language")
    of_film = relation_phrases(language, "en", About(of=frozenset(("work",))))[0]
    of_person = relation_phrases(language, "en", About(of=frozenset(("person",))))[0]
    assert any("speak" in one for one in of_person.did)
    assert not any("does {x} speak" in one for one in of_film.did)


def test_a_dotted_name_may_go_the_other_way():
    out, _ = relation_phrases(Relation("film.director.film"), "en", About())
    assert any(one.startswith("directed by") for one in out.part)


def test_templates_of_the_user_are_used_alone(tmp_path):
    graph = kgllm.load([(f"Song {n}", "key", f"{'ABCDEFG'[n % 7]} minor") for n in range(20)])
    file = write_templates(graph, tmp_path / "wordings.toml")
    assert '[en."key"]' in file.read_text(encoding="utf-8")
    file.write_text('[en."key"]\nout.ask = ["in which key is {x} written"]\nin.ask = ["what is in {x}"]\n', encoding="utf-8")
    rows = list(iterate(graph, 12, kinds=["one_hop", "inverse"], templates=file, split_by=None, noise=0))
    for question in rows:
        text = question.question.lower()
        assert text.startswith("in which key is song" if question.kind == "one_hop" else "what is in ")


def test_templates_in_chinese(tmp_path):
    graph = kgllm.load([(f"歌{n}号", "调性", f"{'甲乙丙'[n % 3]}大调") for n in range(9)])
    file = tmp_path / "wordings.toml"
    file.write_text('[zh."调性"]\nout.ask = ["{x}是什么调"]\n', encoding="utf-8")
    rows = list(iterate(graph, 6, kinds=["one_hop"], templates=file, split_by=None, noise=0))
    assert all("是什么调" in question.question for question in rows)


@pytest.mark.parametrize(
    "text",
    [
        "[en",
        '[fr."key"]\nout.noun = ["x"]',
        '[en."key"]\nout.shout = ["{x}!"]',
        '[en."key"]\nout.ask = ["which key"]',
        '[en."key"]\nsideways.ask = ["{x}"]',
    ],
)
def test_templates_that_cannot_be_say_where(tmp_path, text):
    file = tmp_path / "wordings.toml"
    file.write_text(text, encoding="utf-8")
    with pytest.raises(GraphParseError, match="wordings.toml"):
        read_templates(file)


def test_names_are_written_as_people_write_them():
    rng = random.Random(3)
    film = Entity("f", "Alien (1979 film)", aliases=("Alien: the eighth passenger", "异形"))
    said = {mention(film, "en", rng, 0.5) for _ in range(60)}
    assert {"Alien", "Alien: the eighth passenger", "Alien (1979 film)"} <= said
    assert mention(film, "zh", rng, 0.0) == "异形"
    assert mention(film, "en", rng, 0.0) == "Alien (1979 film)"


def test_a_typo_is_one_slip_inside_a_word():
    for seed in range(30):
        slip = typo("Christopher Nolan", random.Random(seed))
        assert abs(len(slip) - len("Christopher Nolan")) <= 1
        assert slip[0] == "C" and slip[-1] == "n"


def test_styles_keep_the_words():
    for seed in range(20):
        assert styled("who directed Alien", "en", random.Random(seed)).lower().rstrip("?.") == "who directed alien"
        assert styled("异形的导演是谁", "zh", random.Random(seed)).rstrip("？。") == "异形的导演是谁"


def test_a_paraphrase_is_kept_only_where_names_and_meaning_stay():
    graph = kgllm.load([("Inception", "directed by", "Christopher Nolan"), ("Inception", "release year", "2010")])
    qa = kgllm.GraphQA(graph)
    asked = Question(
        id="1", question="Who directed Inception?", answers=("Christopher Nolan",), mentions=("Inception",), kind="one_hop", language="en"
    )
    for said, kept in (
        ("Which person was the director of Inception?", True),
        ("When was Inception released?", False),  # another meaning
        ("Who directed Interstellar?", False),  # another name
        ("Who directed Inception?", False),  # the same
        ("", False),
    ):
        got = paraphrase(qa, lambda prompts, said=said: [said] * len(prompts))(asked)
        assert got == (said if kept else None)


@pytest.mark.parametrize(
    ("kind", "language", "question", "answers", "mentions", "kept", "other"),
    [
        (
            "count",
            "en",
            "How many films did Ann direct?",
            ("3",),
            ("Ann",),
            "How many movies did Ann direct?",
            "How many films did Ann write?",
        ),
        ("count", "zh", "安恩执导了多少部电影？", ("3",), ("安恩",), "安恩执导了几部电影？", "安恩写了几部电影？"),
        ("yes_no", "en", "Did Ann direct Film 1?", ("yes",), ("Ann", "Film 1"), "Was Film 1 directed by Ann?", "Did Ann write Film 1?"),
        ("yes_no", "en", "Did Ann write Film 1?", ("no",), ("Ann", "Film 1"), "Was Film 1 written by Ann?", "Did Ann direct Film 1?"),
    ],
)
def test_a_paraphrase_of_a_number_or_of_yes_and_no_means_the_same(kind, language, question, answers, mentions, kept, other):
    name = "Ann" if language == "en" else "安恩"
    facts = [(f"Film {n}", "directed by", name) for n in range(3)] + [("Film 4", "written by", name), ("Film 1", "written by", "Bo")]
    qa = kgllm.GraphQA(kgllm.load(facts))
    asked = Question(id="1", question=question, answers=answers, mentions=mentions, kind=kind, language=language)
    for said, stays in ((kept, True), (other, False)):
        assert paraphrase(qa, lambda prompts, said=said: [said] * len(prompts))(asked) == (said if stays else None)


def test_a_paraphrase_of_a_choice_keeps_its_options():
    qa = kgllm.GraphQA(
        kgllm.load([("Inception", "directed by", "Nolan"), ("Alien", "directed by", "Scott"), ("Inception", "star", "Page")])
    )
    options = "\nA. Scott\nB. Nolan"
    asked = Question(
        id="1",
        question=f"Who directed Inception?{options}",
        answers=("Nolan",),
        choices=("Scott", "Nolan"),
        mentions=("Inception",),
        kind="choice",
        language="en",
    )
    for said, stays in (("By whom was Inception directed?", True), ("Who starred in Inception?", False)):
        got = paraphrase(qa, lambda prompts, said=said: [said] * len(prompts))(asked)
        assert got == (said + options if stays else None)


def test_paraphrases_take_the_place_of_questions():
    graph = kgllm.load([("Inception", "directed by", "Christopher Nolan")])
    rows = list(iterate(graph, 2, kinds=["one_hop"], split_by=None, noise=0, paraphrase=lambda question: f"Please: {question.question}"))
    assert all(question.question.startswith("Please: ") for question in rows)


def _said(relation, language="en", about=About()):  # noqa: B008 - a frozen value
    return relation_phrases(relation, language, about)


def test_a_word_that_is_said_of_both_ways_says_neither():
    variant = Relation(
        "variant of", inverse_name="variant", aliases=("变体来源", "变体", "derived from"), inverse_aliases=("特供版", "变体", "改版")
    )
    out, back = _said(variant, "zh")
    assert "变体来源" in out.noun and "特供版" in back.noun
    assert "变体" not in (*out.noun, *back.noun)


def test_a_relation_that_is_the_same_from_both_ends_keeps_its_names():
    rival = Relation("counterpart", inverse_name="counterpart", aliases=("对标",), inverse_aliases=("对标",))
    assert all("对标" in phrases.noun for phrases in _said(rival, "zh"))


@pytest.mark.parametrize("name", ["such as", "should use", "used when", "not advised for", "came out", "architecture after"])
def test_what_is_no_noun_is_asked_for_as_none(name):
    assert not english(name)[0].get("noun")


@pytest.mark.parametrize(
    ("name", "way", "slot", "wording"),
    [
        ("called after", 0, "did", "{is} {x} called after"),
        ("frozen by", 1, "part", "frozen by {x}"),
        ("supported by", 0, "did", "{was} {x} supported by"),
        ("inside", 1, "part", "inside {x}"),
    ],
)
def test_participles_and_places_are_said_as_such(name, way, slot, wording):
    assert wording in english(name)[way][slot]


def test_no_person_is_asked_for_where_a_thing_did_it():
    assert not [ask for made in english("supported by") for ask in made.get("ask", ()) if ask.startswith("who")]


def test_a_name_is_a_verb_where_the_way_back_is_its_passive():
    assert acts("addresses", ["addressed by"]) and not acts("addresses", ["lived in by"])
    out, back = _said(Relation("addresses", inverse_name="addressed by", aliases=("solves",)))
    assert "does {x} address" in out.did and "address{s} {x}" in back.rel and not out.noun
    assert "home" in _said(Relation("addresses"))[0].noun


@pytest.mark.parametrize(
    ("name", "asked", "said"),
    [
        ("owns", "does {x} own", "own{s} {x}"),
        ("writes", "did {x} write", "wrote {x}"),
        ("directed", "did {x} direct", "directed {x}"),
        ("wrote", "did {x} write", "wrote {x}"),
        ("acquired", "did {x} acquire", "acquired {x}"),
        ("managed", "did {x} manage", "managed {x}"),
        ("won", "did {x} win", "won {x}"),
        ("employs", "does {x} employ", "employ{s} {x}"),
        ("knows", "does {x} know", "know{s} {x}"),
        ("manages", "does {x} manage", "manage{s} {x}"),
        ("contains", "does {x} contain", "contain{s} {x}"),
        ("speaks", "does {x} speak", "speak{s} {x}"),
    ],
)
def test_a_verb_leads_from_who_does_it(name, asked, said):
    out, back = _said(Relation(name))
    assert asked in out.did and said in back.rel
    assert not {"owner", "writer", "director", "employer", "know", "ability", "treatment"} & {*out.noun}


def test_a_verb_over_what_stands_at_its_ends_is_that_way_round():
    person, work = frozenset(("person",)), frozenset(("work",))
    assert "director" in relation_phrases(Relation("directed"), "en", About(of=work, to=person))[0].noun
    assert "did {x} direct" in relation_phrases(Relation("directed"), "en", About(of=person, to=work))[0].did


def test_a_number_of_likes_is_asked_for_as_one():
    assert "how many likes {does} {x} have" in english("likes", number=True)[0]["ask"]
    assert "does {x} like" in english("likes")[0]["did"]


@pytest.mark.parametrize(("name", "asked", "said"), [("导致", "{x}导致什么", "导致{x}的"), ("建立在", "{x}建立在什么", "建立在{x}的")])
def test_a_chinese_verb_is_no_noun(name, asked, said):
    out, back = chinese(name)
    assert "noun" not in out and asked in out["ask"] and back["mod"] == [said]


@pytest.mark.parametrize("name", ["比如", "由其改版", "冻结它的方法", "采用该代Tensor Core的架构", "第几代Tensor Core"])
def test_chinese_names_that_point_at_something_else_say_nothing(name):
    assert chinese(name) == ({}, {})


def test_an_article_goes_by_the_sound():
    assert [article(noun) for noun in ("SM count", "NVLink version", "unit", "hour", "GPU", "award")] == ["an", "an", "a", "an", "a", "an"]


def test_a_number_has_no_ability_and_a_first_name_is_no_start():
    assert "ability" not in _said(Relation("power"), about=About(to=frozenset(("number",))))[0].noun
    assert "ability" in _said(Relation("power"))[0].noun
    assert "start" not in families_of("nameFirst") and "invent" not in families_of("Creative Type")
    assert "start" in families_of("start") and "invent" in families_of("inventor")


def test_what_lies_within_something_does_not_contain_it():
    out, back = _said(Relation("within"))
    assert "{x} contains" not in out.that and "{x} lies in" in out.that and "within {x}" in back.part


def test_a_field_written_in_one_word_is_said_in_two():
    assert as_words("countrycode") == "country code"


def test_conditions_in_chinese_are_said_as_predicates():
    facts = [(f"卡{n}", "架构", f"第{'一二'[n % 2]}架构") for n in range(8)] + [
        (f"卡{n}", "厂家", f"第{'一二三'[n % 3]}厂家") for n in range(8)
    ]
    said = [one.question for one in iterate(kgllm.load(facts), 30, languages=["zh"], kinds=["intersection"], noise=0, split_by=None)]
    assert said and not [text for text in said if re.search(r"的的|是(架构|厂家)[为是]", text)]


def test_a_question_that_no_wording_fits_is_not_asked():
    out = Hop(Phrases(), 1)
    assert EnglishKinds(random.Random(0)).whether("A", out, out, "B") == ""
    assert Chinese(random.Random(0)).whether("甲", out, out, "乙") == ""


def test_what_films_and_actors_have_is_not_foreign():
    facts = [(f"Film {n}", "starred_actors", f"Actor {n % 3}") for n in range(6)] + [
        (f"Film {n}", "genre", f"Kind {n % 2}") for n in range(6)
    ]
    rows = list(iterate(kgllm.load(facts), 80, languages=["en"], kinds=["unanswerable"], noise=0, split_by=None))
    assert [one for one in rows if one.reason == "foreign"]
    assert not [one.question for one in rows if re.search(r"appears? in|characters?\b|roles?\b", one.question)]


def test_an_amount_is_said_before_its_noun_and_a_phrase_for_one_is_not():
    facts = [(f"Dish {n}", "steps", str(n % 3 + 4)) for n in range(9)] + [(f"Dish {n}", "course", f"Course {n % 2}") for n in range(9)]
    said = [one.question for one in iterate(kgllm.load(facts), 150, languages=["en"], noise=0, split_by=None)]
    assert [text for text in said if re.search(r"\d steps", text)]
    assert not [text for text in said if re.search(r"steps of Dish \d steps|Dish \d's number of steps steps|\bof \d\b", text)]
