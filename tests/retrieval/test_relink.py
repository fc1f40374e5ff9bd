"""Links in the order of the paths that start from them."""

from __future__ import annotations

from kgllm.retrieval.paths.seeds import Seed
from kgllm.retrieval.ranking.relink import relinked
from kgllm.types import Candidate, Entity, Link, Mention

FILM, BOOK, PERSON = Entity("film", "Dune"), Entity("book", "Dune"), Entity("p", "刘慈欣")


def _link(text: str, start: int, *entities: Entity) -> Link:
    candidates = tuple(Candidate(entity=one, score=1 - n / 10, reason="name") for n, one in enumerate(entities))
    return Link(
        mention=Mention(text=text, start=start, end=start + len(text)), entity=entities[0], score=1.0, reason="name", candidates=candidates
    )


def test_the_best_path_says_which_of_a_name_and_which_mention() -> None:
    links = (_link("刘慈欣", 0, PERSON), _link("Dune", 8, FILM, BOOK))
    first, second = relinked(links, [Seed(BOOK, 8, 12, 0.9), Seed(PERSON, 0, 3, 1.0), Seed(FILM, 8, 12, 1.0)])
    assert (first.entity, first.score, second.entity) == (BOOK, 0.9, PERSON)
    assert "the path that fits best" in first.reason


def test_without_paths_links_stay_as_they_are() -> None:
    links = (_link("刘慈欣", 0, PERSON), _link("Dune", 8, FILM, BOOK))
    assert relinked(links, []) == links
    assert relinked(links, [Seed(FILM, 20, 24, 1.0)]) == links  # the same thing, named elsewhere
