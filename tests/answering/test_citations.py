"""What a model cites and claims is held against what it was served."""

from __future__ import annotations

import pytest

from kgllm.answering.citations import check
from kgllm.graphs.base import Match
from kgllm.llms import as_llm
from kgllm.prompting.budget import fit
from kgllm.types import Entity, Evidence, Fact, Path, Prompt, Relation

FILMS = [
    ("Inception", "directed by", "Christopher Nolan"),
    ("Inception", "starred actors", "Elliot Page"),
    ("Inception", "starred actors", "Leonardo DiCaprio"),
    ("Memento", "directed by", "Christopher Nolan"),
]
EARTH = [("流浪地球", "导演", "郭帆")]
ELSEWHERE = {"Guy Pearce", "Heat", "战狼", "吴京"}


class Names:
    """The one primitive that the check uses, over a few names."""

    def __init__(self, names: set[str]) -> None:
        self._names = {name.lower(): Entity(name) for name in names}

    def find(self, names: list[str]) -> list[tuple[Match, ...]]:
        found = [self._names.get(name.lower()) for name in names]
        return [(Match(one, "normalised", 1.0, one.name),) if one else () for one in found]


def evidence(question: str, rows: list[tuple[str, str, str]], count: int | None = None) -> tuple[Prompt, Evidence]:
    facts = tuple(Fact(Entity(s), Relation(r), Entity(o)) for s, r, o in rows)
    paths = ()
    if count is not None:
        ends = tuple(fact.object for fact in facts)
        paths = (
            Path(seeds=(facts[0].subject,), relations=((facts[0].relation, "out"),), endpoints=ends, facts=facts, score=1.0, count=count),
        )
    found = Evidence(question=question, links=(), seeds=(facts[0].subject,), paths=paths, facts=facts)
    return fit(question, found, llm=as_llm("echo")), found


def checked(text: str, question: str = "Who directed Inception?", rows: list[tuple[str, str, str]] = FILMS, **more: int):
    prompt, found = evidence(question, rows, **more)
    return check(text, prompt, found, Names({name for s, _, o in rows for name in (s, o)} | ELSEWHERE))


@pytest.mark.parametrize(
    ("text", "cited"),
    [
        ("Christopher Nolan [1]", [("1", "1", True)]),
        ("Christopher Nolan [99]", [("99", "99", False)]),
        ("Nolan [1, 2]", [("1", "1", True), ("2", "2", True)]),
        ("Nolan [1][2]", [("1", "1", True), ("2", "2", True)]),
        ("Nolan [1-3]", [("1", "1-3", True), ("2", "1-3", True), ("3", "1-3", True)]),
        ("诺兰【1】和［２］", [("1", "1", True), ("2", "２", True)]),
        ("Nolan [1、4；7]", [("1", "1", True), ("4", "4", True), ("7", "7", False)]),
        ("Nolan [01]", [("1", "01", True)]),
        ("Nolan [one] [] [1.5] [x1]", []),
        ("[1-99999]", [("1", "1", True), ("99999", "99999", False)]),
    ],
)
def test_ids_are_read_with_their_places(text, cited):
    citations, _ = checked(text)
    assert [(one.id, text[slice(*one.span)], one.served) for one in citations] == cited
    assert all((one.fact is not None) == one.served for one in citations)


def test_a_cited_fact_is_the_one_served():
    citations, _ = checked("Leonardo DiCaprio [3]")
    assert citations[0].fact == Fact(Entity("Inception"), Relation("starred actors"), Entity("Leonardo DiCaprio"))


def test_a_number_in_a_name_is_no_citation():
    citations, unsupported = checked("Alien [3] [1]", "Which film?", [("Ripley", "in", "Alien [3]")])
    assert [(one.id, one.span) for one in citations] == [("1", (11, 12))]
    assert unsupported == ()


@pytest.mark.parametrize(
    "text",
    [
        "Christopher Nolan [1]",
        "christopher nolan [1]",
        "Nolan [1]",
        "Christopher Nolan directed it [1].",
        "According to the facts, Inception was directed by Christopher Nolan [1-2].",
        "The answer is Christopher Nolan's Memento.",
        "Leonardo DiCaprio [3], Elliot Page [2]",
        "Elliot Page and Leonardo DiCaprio [2, 3]",
        "Films include Memento [4].",
        "Director: Christopher Nolan",
        "Christopher Nolan [1] (director)",
        "There are 2 films.",
        "not in the facts",
        "Yes.",
        "",
        " [1] ",
    ],
)
def test_names_of_the_evidence_and_plain_words_are_no_claims(text):
    assert checked(text)[1] == ()


@pytest.mark.parametrize(
    ("text", "claims"),
    [
        ("Steven Spielberg [1]", ("Steven Spielberg",)),
        ("steven spielberg [1]", ("steven spielberg",)),
        ("Spielberg directed it [1].", ("Spielberg",)),
        ("Steven Spielberg made it [7].", ("Steven Spielberg",)),
        ("steven spielberg wrote it", ("steven spielberg",)),
        ("The director is Steven Spielberg [1, 2].", ("Steven Spielberg",)),
        ("Based on the facts, the film stars Tom Hanks and Elliot Page【2】.", ("Tom Hanks",)),
        ("Christopher Spielberg [1]", ("Christopher Spielberg",)),
        ("Leonardo Nolan", ("Leonardo Nolan",)),
        ("It was directed by guy pearce in the year 1999.", ("guy pearce", "1999")),
        ("Nolan directed Inception, Memento and Heat [1].", ("Heat",)),
        ("His film “The Dark Knight” [2]", ("The Dark Knight",)),
        ("J. R. R. Tolkien [1]", ("J. R. R. Tolkien",)),
        ("Lord of the Rings [1]", ("Lord of the Rings",)),
        ("Inception was directed by Christopher Nolan and produced by Emma Thomas.", ("Emma Thomas",)),
        ("1999 [1]", ("1999",)),
    ],
)
def test_other_names_are_unsupported_whether_the_graph_knows_them_or_not(text, claims):
    assert checked(text)[1] == claims


@pytest.mark.parametrize(
    ("text", "claims"),
    [
        ("郭帆 [1]", ()),
        ("流浪地球的导演是郭帆[1]。", ()),
        ("根据事实，导演是郭帆。", ()),
        ("《流浪地球》的导演是郭帆【1】。", ()),
        ("流浪地球的導演是郭帆", ()),
        ("事实中没有", ()),
        ("张艺谋 [1]", ("张艺谋",)),
        ("这部电影由张艺谋执导 [1]。", ("张艺谋",)),
        ("《流浪地球》的导演是吴京【1】。", ("吴京",)),
        ("《战狼》[1]", ("战狼",)),
        ("郭帆，吴京", ("吴京",)),
        ("Guo Fan", ("Guo Fan",)),
    ],
)
def test_chinese(text, claims):
    assert checked(text, "流浪地球的导演是谁？", EARTH)[1] == claims


def test_a_count_that_the_paths_prove_is_no_claim():
    assert checked("4567", count=4567)[1] == ()
    assert checked("4568", count=4567)[1] == ("4568",)


def test_a_date_may_be_written_out():
    born = [("Christopher Nolan", "born", "1970-07-30")]
    assert checked("July 30, 1970 [1]", "When was Nolan born?", born)[1] == ()
    assert checked("1970年7月30日 [1]", "When was Nolan born?", born)[1] == ()
    assert checked("August 30, 1970 [1]", "When was Nolan born?", born)[1] == ("August 30",)


def test_without_a_graph_claims_are_still_found():
    prompt, found = evidence("Who directed Inception?", FILMS)
    assert check("Steven Spielberg [1]", prompt, found)[1] == ("Steven Spielberg",)
