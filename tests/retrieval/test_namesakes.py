"""Questions for several things that name one of which there are several."""

import pytest

import kgllm
from kgllm.types import Entity, Fact, Relation

SONGS = {"s1": ("Intro", "First Light"), "s2": ("Intro", "Second Wind"), "s3": ("Outro", "Second Wind"), "s4": ("Intro", "Third Rail")}


def music(extra: tuple[Fact, ...] = ()) -> kgllm.GraphQA:
    facts = [
        Fact(Entity(key, name=name, types=("song",)), Relation("album"), Entity(f"a:{album}", name=album, types=("album",)))
        for key, (name, album) in SONGS.items()
    ]
    return kgllm.GraphQA(kgllm.load([*facts, *extra]))


@pytest.mark.parametrize(
    ("question", "answers"),
    [
        ("Which albums have a song called Intro?", {"First Light", "Second Wind", "Third Rail"}),
        ("Which albums have a song called Outro?", {"Second Wind"}),
        ("What are the albums of Intro?", {"First Light", "Second Wind", "Third Rail"}),
    ],
)
def test_all_of_one_name(question: str, answers: set[str]) -> None:
    assert {str(end) for end in music().ask(question).entities} == answers


def test_how_many_there_are() -> None:
    assert music().ask("How many albums have a song called Intro?").value == 3


def test_more_of_them_than_a_mention_starts_from() -> None:
    facts = [
        Fact(Entity(f"m{n}", name="Mill Lane", types=("street",)), Relation("town"), Entity(f"T{n}", types=("town",))) for n in range(9)
    ]
    answer = kgllm.GraphQA(kgllm.load(facts)).ask("Which towns have a street called Mill Lane?")
    assert len(answer.entities) == 9


def test_one_that_is_better_known_is_meant() -> None:
    plays = tuple(Fact(Entity("s1", name="Intro", types=("song",)), Relation("played by"), Entity(f"Band {n}")) for n in range(9))
    assert len(music(plays).ask("What are the albums of Intro?").entities) == 1


def test_chinese() -> None:
    rows = [("k1", "开场", "春之卷"), ("k2", "开场", "夏之卷"), ("k3", "尾声", "夏之卷")]
    facts = [Fact(Entity(key, name=name, types=("章节",)), Relation("所属书卷"), Entity(of, types=("书卷",))) for key, name, of in rows]
    answer = kgllm.GraphQA(kgllm.load(facts)).ask("章节“开场”的所属书卷有哪些？")
    assert {str(end) for end in answer.entities} == {"春之卷", "夏之卷"}
