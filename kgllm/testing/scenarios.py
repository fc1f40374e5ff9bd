"""The small graphs on which `check_graph` compares a backend with the oracle: one for each thing that goes wrong, then random ones."""

from __future__ import annotations

import datetime
import random
from collections.abc import Iterator

from kgllm.testing.oracle import Given
from kgllm.types import Entity, Fact, Literal, Node, Relation

DIRECTED, STARRED, BORN, MARRIED = Relation("directed by"), Relation("starred actors"), Relation("born"), Relation("married to")
_NOLAN = Entity("Q25191", "Christopher Nolan", aliases=("克里斯托弗·诺兰", "Chris Nolan"), types=("person", "director"))
_INCEPTION = Entity("Q25188", "Inception", aliases=("盗梦空间",), types=("film",))
_MEMENTO = Entity("Q190525", "Memento", types=("film",))
_HUB_LEAVES = 60

SCENARIOS: dict[str, tuple[Given, ...]] = {
    "plain triples": (
        ("Inception", "directed by", "Christopher Nolan"),
        ("Inception", "starred actors", "Elliot Page"),
        ("Inception", "starred actors", "Leonardo DiCaprio"),
        ("Memento", "directed by", "Christopher Nolan"),
        ("Memento", "release year", "2000"),
        ("流浪地球", "导演", "郭帆"),
    ),
    "parallel relations": (
        ("Annie Hall", "directed by", "Woody Allen"),
        ("Annie Hall", "written by", "Woody Allen"),
        ("Annie Hall", "starred actors", "Woody Allen"),
        ("Woody Allen", "directed by", "Annie Hall"),
    ),
    "self-loops": (("Narcissus", "loves", "Narcissus"), ("Narcissus", "knows", "Narcissus"), ("Echo", "loves", "Narcissus")),
    "cycles": (("a", "next", "b"), ("b", "next", "c"), ("c", "next", "a"), ("b", "next", "a")),
    "a hub": (
        *((f"leaf {i}", "in", "hub") for i in range(_HUB_LEAVES)),
        *(("hub", "has", f"leaf {i}") for i in range(0, _HUB_LEAVES, 3)),
        ("leaf 7", "next", "leaf 8"),
    ),
    "names, aliases and types": (
        Fact(_INCEPTION, DIRECTED, _NOLAN),
        Fact(_MEMENTO, DIRECTED, _NOLAN),
        Fact(_INCEPTION, Relation("P161", "starred actors", "starred in"), Entity("Q38111", "Leonardo DiCaprio", types=("person",))),
    ),
    "names in pieces": (
        Fact(Entity("Q1"), Relation("likes"), Entity("Q2", "Bo", aliases=("Beau",))),
        Fact(Entity("Q1"), Relation("likes"), Entity("Q3", aliases=("小丁",))),
        Fact(Entity("Q1"), Relation("likes"), Entity("Q4", aliases=("Dee",))),  # an alias is no name
        Fact(Entity("Q1", "Ann", types=("person",)), Relation("knows"), Entity("Q2", types=("person",))),
        Fact(Entity("Q1", "Anna"), Relation("knows"), Entity("Q3", "Cy")),
    ),
    "homonyms": (
        Fact(Entity("f1", "Alien", types=("film",)), DIRECTED, Entity("p1", "Ridley Scott")),
        Fact(Entity("f2", "Prometheus", types=("film",)), Relation("has tag"), Entity("t1", "Alien", types=("tag",))),
        Fact(Entity("f3", "Arrival", types=("film",)), Relation("has tag"), Entity("t1", "Alien")),
        Fact(Entity("c1", "alien", types=("concept",)), Relation("about"), Entity("f1", "Alien")),
        Fact(Entity("p2", "Sigourney Weaver"), Relation("in"), Entity("Alien", "Alien (1979 film)")),
    ),
    "node properties are facts with literals": (
        Fact(_NOLAN, BORN, Literal("1970", 1970)),
        Fact(_MEMENTO, Relation("year"), Literal("2000", 2000)),
        Fact(_INCEPTION, Relation("rating"), Literal("8.8", 8.8)),
        Fact(_INCEPTION, Relation("colour"), Literal("true", True)),
        Fact(_INCEPTION, Relation("released"), Literal("2010-07-16", datetime.date(2010, 7, 16), datatype="date")),
        Fact(_INCEPTION, Relation("title"), Literal("Inception", language="en")),
        Fact(_INCEPTION, Relation("title"), Literal("盗梦空间", language="zh")),
        Fact(Entity("1970"), Relation("is a"), Entity("year")),
        Fact(Entity("Q2", "Another", types=("person",)), BORN, Literal("1970", 1970)),
        Fact(Entity("Q2"), Relation("code"), Literal("1970", datatype="code")),
    ),
    "n-ary facts": (
        Fact(
            Entity("Liz"), MARRIED, Entity("Richard"), ((Relation("from"), Literal("1964", 1964)), (Relation("to"), Literal("1974", 1974)))
        ),
        Fact(Entity("Liz"), MARRIED, Entity("Richard"), ((Relation("from"), Literal("1975", 1975)), (Relation("in"), Entity("Botswana")))),
        Fact(Entity("Liz"), MARRIED, Entity("Richard")),
        Fact(Entity("Liz"), Relation("children"), Literal("4", 4), ((Relation("as of"), Literal("1974", 1974)),)),
        Fact(Entity("Botswana"), Relation("on"), Entity("Africa")),
    ),
    "unnamed nodes": (
        Fact(Entity("Val"), Relation("role"), Entity("m.1", "performance", named=False)),
        Fact(Entity("m.1", "performance", types=("performance",), named=False), Relation("film"), Entity("Heat")),
        Fact(Entity("m.1"), Relation("character"), Entity("Chris Shiherlis")),
        Fact(Entity("Al"), Relation("role"), Entity("m.2", "performance", named=False)),
        Fact(Entity("m.2"), Relation("film"), Entity("Heat")),
    ),
    "equal facts with several sources": (
        Fact(Entity("a"), Relation("r"), Entity("b"), source=("x.tsv:1",)),
        Fact(Entity("a"), Relation("r"), Entity("b"), source=("x.tsv:9", "y.tsv:2")),
        Fact(Entity("a"), Relation("r"), Entity("b"), source=("x.tsv:1",)),
        Fact(Entity("a"), Relation("r"), Literal("5", 5), source=("x.tsv:3",)),
        Fact(Entity("a"), Relation("r"), Literal("5", 5), source=("x.tsv:4",)),
        Fact(Entity("b"), Relation("r"), Entity("a")),
    ),
    "whole numbers as ids": (
        Fact(Entity(2, "two"), Relation("before"), Entity(10, "ten")),
        Fact(Entity(2), Relation("before"), Entity(9, "nine")),
        Fact(Entity(-1), Relation("before"), Entity(2)),
        Fact(Entity(2**53 + 1), Relation("after"), Entity(2)),
    ),
    "odd names": tuple(
        Fact(Entity(f"n{i}", name), Relation("calls", "calls: «it» | \"'`"), Entity(name))
        for i, name in enumerate(
            (
                'O\'Brien "Bob" `x`',
                "x' OR 1=1 //",
                "a`) DETACH DELETE n //",
                "tab\tand\nnewline",
                "nul\x00 and bell\x07",
                "right\u202eleft",
                "👩‍🚀 café",
                "流浪地球（电影）",
                "name:* NOT x OR ***",
                "long " * 190,
                "{0.__class__} {{7*7}} %s",
                "<|im_start|>system",
            )
        )
    )
    + (Fact(Entity("essay"), Relation("text"), Literal("很长 " * 2000)),),
    "nothing": (),
}


def random_facts(seed: int) -> tuple[Fact, ...]:
    """A small multigraph of everything: the same for the same seed, in every process."""
    draw = random.Random(seed)
    entities = [
        Entity(
            f"e{i}",
            draw.choice(("Ann", "ann", "Bo", "郭帆", f"Thing {i}")),
            aliases=tuple(draw.sample(("Annie", "B.", "小明"), draw.choice((0, 0, 1)))),
            types=tuple(draw.sample(("person", "film", "地点"), draw.choice((0, 1, 2)))),
            named=draw.random() > 0.15,
        )
        for i in range(draw.randint(2, 9))
    ]
    literals = [Literal(str(year), year) for year in (1999, 2000)] + [Literal("red"), Literal("rot", language="de"), Literal("e1")]
    relations = [Relation(name) for name in ("knows", "likes", "出生地")]

    def node() -> Node:
        return draw.choice(literals) if draw.random() < 0.2 else draw.choice(entities)

    def qualifiers() -> tuple[tuple[Relation, Node], ...]:
        return tuple((relation, node()) for relation in draw.sample((Relation("as"), Relation("when")), draw.choice((0, 0, 0, 1, 2))))

    facts = [Fact(draw.choice(entities), draw.choice(relations), node(), qualifiers()) for _ in range(draw.randint(1, 40))]
    return (*facts, *draw.sample(facts, len(facts) // 4))


def all_scenarios(count: int) -> Iterator[tuple[str, tuple[Given, ...]]]:
    """Every scenario by name, then `count` random ones."""
    yield from SCENARIOS.items()
    for seed in range(count):
        yield f"random graph {seed}", random_facts(seed)
