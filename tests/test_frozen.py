"""`kgllm.frozen`: a class is made as `dataclasses` makes it, but for how its fields are set."""

import pickle
from copy import copy
from dataclasses import FrozenInstanceError, dataclass, field, fields, replace
from inspect import signature

import pytest

from kgllm.frozen import by_slots, frozen
from kgllm.types import Entity, Fact, Mention, Relation


@frozen
class Plain:
    name: str
    size: int = 3
    note: str = field(default="", compare=False)

    def __post_init__(self) -> None:
        if self.size < 0:
            raise ValueError("size")


@dataclass(frozen=True, slots=True)
class Made:
    name: str
    size: int = 3
    note: str = field(default="", compare=False)


def test_a_frozen_class_is_a_dataclass_in_all_else():
    assert signature(Plain) == signature(Made)
    assert Plain("a") == Plain("a", note="b") != Plain("b") and hash(Plain("a")) == hash(Plain("a", note="b"))
    assert repr(Plain("a", 1)) == "Plain(name='a', size=1, note='')" and [one.name for one in fields(Plain)] == ["name", "size", "note"]
    assert replace(Plain("a"), size=4) == Plain("a", 4) and copy(Plain("a", 1)) == pickle.loads(pickle.dumps(Plain("a", 1))) == Plain("a", 1)  # fmt: skip
    assert not hasattr(Plain("a"), "__dict__")
    with pytest.raises(FrozenInstanceError):
        Plain("a").size = 4
    with pytest.raises(ValueError, match="size"):
        Plain("a", -1)
    for wrong in ((), ("a", 1, "b", 2)):
        with pytest.raises(TypeError):
            Plain(*wrong)


def test_what_has_factories_is_left_as_it_is():
    @dataclass(frozen=True, slots=True)
    class Several:
        names: list[str] = field(default_factory=list)

    assert by_slots(Several)().names == [] and Several().names is not Several().names


def test_the_values_of_the_stages_take_what_they_took():
    fact = Fact(Entity("Inception"), Relation("directed by"), Entity("Nolan"), score=0.5)
    assert (fact.subject.name, fact.relation.name, fact.qualifiers, fact.score) == ("Inception", "directed by", (), 0.5)
    assert Mention(text="a", start=0, end=1).end == 1
    with pytest.raises(TypeError):
        Mention("a", 0, 1)
