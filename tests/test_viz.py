"""Results draw themselves: the right structure, the same text every time, and nothing of the graph's gets out of its place."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from html.parser import HTMLParser
from pathlib import Path as File
from xml.etree import ElementTree

import pytest

import kgllm
from kgllm.types import Answer, Candidate, Citation, Entity, Evidence, Fact, Link, Literal, Mention, Path, Prompt, Relation
from kgllm.viz import answer_html, evidence_html, evidence_svg, to_networkx
from kgllm.viz.fitted import fit_svg
from kgllm.viz.layout import layout, text_width
from kgllm.viz.subgraph import subgraph

T4, TURING, AMPERE = Entity("t4", "Tesla T4", types=("card",)), Entity("turing", "图灵"), Entity("ampere", "Ampere")
YEAR = Literal("2020", value=2020)
ARCHITECTURE, SUCCESSOR, RELEASED = Relation("architecture"), Relation("successor", "后继"), Relation("release year")
ON_PATH = (
    Fact(T4, ARCHITECTURE, TURING, source=("cards.tsv:3",), score=0.9),
    Fact(TURING, SUCCESSOR, AMPERE, source=("cards.tsv:9",), score=0.8),
    Fact(AMPERE, RELEASED, YEAR, score=0.7),
)
ASIDE = Fact(TURING, RELEASED, Literal("2018", value=2018), qualifiers=((Relation("month"), Literal("9", value=9)),))


def evidence(
    facts=(*ON_PATH, ASIDE), *, path=ON_PATH, question="When was the successor of the T4's architecture released?", **more
) -> Evidence:
    mention = Mention(text="T4", start=29, end=31)
    best = Candidate(entity=T4, score=0.95, reason="alias: T4")
    other = Candidate(entity=Entity("l4", "L4"), score=0.3, reason="fuzzy: L4")
    link = Link(mention=mention, entity=T4, score=0.95, reason="alias: T4", candidates=(best, other))
    steps = ((ARCHITECTURE, "out"), (SUCCESSOR, "out"), (RELEASED, "out"))
    paths = (Path(seeds=(T4,), relations=steps, endpoints=(YEAR,), facts=path, score=0.83, count=1),)
    return Evidence(question=question, links=(link,), seeds=(T4,), paths=paths, facts=facts, **more)


class _Balance(HTMLParser):
    """Fails where tags do not nest; collects the text and the names of all elements."""

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.elements: set[str] = set()
        self.attributes: set[str] = set()
        self.words: list[str] = []

    def handle_starttag(self, tag, attrs):
        self.elements.add(tag)
        self.attributes |= {name for name, _ in attrs}
        if tag != "br":
            self.open.append(tag)

    def handle_startendtag(self, tag, attrs):
        self.elements.add(tag)
        self.attributes |= {name for name, _ in attrs}

    def handle_endtag(self, tag):
        assert self.open.pop() == tag

    def handle_data(self, data):
        self.words.append(data)


def parsed(html: str) -> _Balance:
    reader = _Balance()
    reader.feed(html)
    reader.close()
    assert not reader.open
    return reader


def test_a_drawing_has_its_colours_where_a_program_knows_no_variables():
    for drawn in (evidence_svg(evidence()), fit_svg((1.0, 0.5), {"one_hop": (20, 0.6, 0.8, 0.6, 0.8)}, title="taught")):
        plain = re.sub(r"@(media|supports)\([^{]*\{([^{}]*\{[^{}]*\})*\}", "", drawn)  # what a program reads that knows neither
        assert "var(" in drawn and "var(" not in plain
        assert ".kgllm-svg rect{fill:#f6f7f9;stroke:#a3abb8}" in plain


def test_a_networkx_graph_of_the_facts():
    graph = evidence().to_networkx()
    assert set(graph.nodes) == {"t4", "turing", "ampere", YEAR, Literal("2018")}
    assert graph.nodes["turing"] == {"name": "图灵", "types": (), "literal": False}
    edge = graph.edges["turing", "ampere", "successor"]
    assert (edge["relation"], edge["path"], edge["fact"], edge["score"]) == ("后继", True, ON_PATH[1].id, 0.8)
    aside = graph.edges["turing", Literal("2018"), "release year"]
    assert not aside["path"] and aside["qualifiers"] == (("month", "9"),)


def test_facts_that_differ_in_qualifiers_are_parallel_edges():
    twice = [Fact(T4, ARCHITECTURE, TURING, qualifiers=((Relation("n"), Literal(str(n))),)) for n in (1, 2)]
    assert to_networkx(evidence(tuple(twice), path=())).number_of_edges("t4", "turing") == 2
    assert ">architecture ×2<" in evidence_svg(evidence(tuple(twice), path=()))


def test_an_entity_and_a_literal_of_the_same_text_are_two_nodes():
    facts = (Fact(T4, RELEASED, Entity("2020")), Fact(T4, RELEASED, YEAR))
    assert to_networkx(evidence(facts, path=())).number_of_nodes() == 3


def test_the_drawing_marks_seeds_ends_and_the_path():
    root = ElementTree.fromstring(evidence_svg(evidence()))
    name = "{http://www.w3.org/2000/svg}"
    groups = root.findall(f"{name}g")
    kinds = {group.find(f"{name}text").text: group.get("class") for group in groups if group.get("class").startswith("node")}
    assert kinds == {"Tesla T4": "node seed", "图灵": "node", "Ampere": "node", "2020": "node end literal", "2018": "node literal"}
    lines = [group for group in groups if group.find(f"{name}path") is not None]
    assert sorted(group.get("class") for group in lines) == ["edge", "edge marked", "edge marked", "edge marked"]
    written = [group.find(f"{name}text").text for group in groups if group not in lines]
    assert {"architecture", "后继", "release year"} <= set(written)


def test_layers_go_by_distance_and_boxes_do_not_overlap():
    graph = subgraph(evidence())
    names = [node.name for node in graph.nodes]
    plan = layout(graph, names)
    assert dict(zip(names, plan.layers, strict=True)) == {"Tesla T4": 0, "图灵": 1, "Ampere": 2, "2018": 2, "2020": 3}
    for one in plan.boxes:
        assert one.x >= 0 and one.right <= plan.width and 0 <= one.y <= plan.height
        for other in plan.boxes:
            assert one is other or abs(one.y - other.y) >= 28 or one.right < other.x or other.right < one.x


def test_chinese_is_measured_wider():
    assert text_width("显卡") > text_width("ab") * 1.5


@pytest.mark.parametrize(
    "facts",
    [
        (),
        (Fact(T4, Relation("like"), T4),),
        (Fact(T4, Relation("a"), TURING), Fact(TURING, Relation("b"), T4), Fact(T4, Relation("c"), TURING)),
        (Fact(TURING, Relation("elsewhere"), AMPERE),),
        tuple(Fact(T4, Relation("has"), Entity(str(n))) for n in range(200)),
        (Fact(Entity("e1", "event", named=False), Relation("who"), T4),),
    ],
    ids=["nothing", "loop", "parallel and back", "without a seed", "many", "unnamed"],
)
def test_any_shape_is_drawn(facts):
    svg = evidence_svg(evidence(facts, path=()))
    root = ElementTree.fromstring(svg)
    numbers = [float(number) for number in re.findall(r"-?\d+\.\d", " ".join(e.get("d", "") for e in root.iter()))]
    assert all(-1 <= number < 20_000 for number in numbers)
    assert svg.count("<polygon") == min(len(facts), 24)
    assert ("176 more facts" in svg) == (len(facts) == 200)


HOSTILE = "</title></style><script>alert(1)</script>\"' onload=x &amp; \x00\u202e\ud800"


def test_everything_is_escaped():
    bad, relation = Entity(HOSTILE, HOSTILE, types=(HOSTILE,)), Relation(HOSTILE, HOSTILE)
    fact = Fact(bad, relation, Literal(HOSTILE), qualifiers=((relation, bad),), source=(HOSTILE,))
    link = Link(
        mention=Mention(text=HOSTILE, start=0, end=1),
        entity=bad,
        score=1,
        reason=HOSTILE,
        candidates=(Candidate(entity=T4, score=0, reason=HOSTILE),),
    )
    path = Path(
        seeds=(bad,),
        relations=((relation, "out"),),
        endpoints=(bad,),
        facts=(fact,),
        score=1,
        count=1,
        constraints=((relation, bad),),
        features={HOSTILE: 1.0},
    )
    found = Evidence(question=HOSTILE, links=(link,), seeds=(bad,), paths=(path,), facts=(fact,), notes=(HOSTILE,), timings={HOSTILE: 1.0})
    prompt = Prompt(messages=(), text=f"{HOSTILE}\n</pre>", served={HOSTILE: fact}, tokens=3, exact=False, dropped=1)
    citation = Citation(id=HOSTILE, span=(0, 1), fact=None, served=False)
    answer = Answer(
        question=HOSTILE,
        text=HOSTILE,
        entities=(bad,),
        facts=(fact,),
        citations=(citation,),
        unsupported=(HOSTILE,),
        uncited=(bad,),
        reason=HOSTILE,
        evidence=found,
        prompt=prompt,
    )
    for page in (answer_html(answer), evidence_html(found), evidence_svg(found)):
        read = parsed(page)
        assert "script" not in read.elements
        assert read.attributes <= {"class", "title", "xmlns", "role", "viewbox", "width", "height", "x", "y", "rx", "d", "points"}
        assert not set("\x00\u202e\ud800") & set(page)
        assert "\\u0000\\u202e\\ud800" in "".join(read.words)
        page.encode("utf-8")
        assert "http" not in page.replace("http://www.w3.org/2000/svg", "")
    ElementTree.fromstring(evidence_svg(found))


def test_the_page_of_an_answer_holds_its_proof():
    served = {str(number): fact for number, fact in enumerate(ON_PATH, 1)}
    prompt = Prompt(messages=(), text="Facts:\n[1] …", served=served, tokens=42, exact=True)
    answer = Answer(
        question="Q", text="2020 [3]", entities=(YEAR,), facts=ON_PATH[2:], confidence=0.83, evidence=evidence(notes=("fan_out reached",)),
        prompt=prompt, unsupported=("Nobody",), uncited=(YEAR,), citations=(Citation(id="9", span=(0, 1), fact=None, served=False),), timings={"link": 0.001},
    )  # fmt: skip
    words = " ".join(parsed(answer._repr_html_()).words)
    for shown in ("2020 [3]", "confidence 0.83", "link 1 ms", f"[3] {ON_PATH[2].id}", "Prompt (42 tokens)", "not in the evidence: Nobody", "in no fact that it cites: 2020", "never served: 9",
                  "fan_out reached", "alias: T4", "L4 0.30 (fuzzy: L4)", "month: 9", "cards.tsv:3"):  # fmt: skip
        assert shown in words, shown


def test_an_abstention_marks_no_end():
    page = answer_html(
        Answer(
            question="Q",
            text="Not in the graph.",
            entities=(),
            abstained=True,
            reason="below_threshold: 0.1",
            evidence=evidence(),
            confidence=0.1,
        )
    )
    assert 'class="answer warn"' in page and "below_threshold" in page


def test_long_tables_say_how_much_more_there_is():
    page = evidence_html(evidence(tuple(Fact(T4, Relation("has"), Entity(str(n))) for n in range(80)), path=()))
    assert "and 30 more" in page and page.count("<tr>") < 70


def test_long_texts_are_cut():
    page = evidence_html(evidence((Fact(T4, Relation("r" * 5000), Literal("\u202e" * 1_000_000)),), path=()))
    assert len(page) < 20_000


def test_the_same_text_in_every_process():
    code = "import tests.test_viz as t;print(hash(0) or t.evidence_html(t.evidence()))"
    said = {
        subprocess.run(
            [sys.executable, "-c", code],
            capture_output=True,
            text=True,
            check=True,
            cwd=File(__file__).parents[1],
            env={**os.environ, "PYTHONHASHSEED": seed},
        ).stdout
        for seed in ("1", "2")
    }
    assert said == {evidence_html(evidence()) + "\n"}


def test_a_symbolic_answer_shows_the_numbers_that_it_cites():
    """'Inception [1]' beside a table of ids in hexadecimal says nothing."""
    answer = kgllm.GraphQA(kgllm.load([("Inception", "导演", "诺兰"), ("Memento", "导演", "诺兰")])).ask("诺兰导演了哪些电影？")
    assert answer.text == "Inception [1]、Memento [2]"
    html = answer_html(answer)
    for place, fact in enumerate(answer.facts, 1):
        assert f"[{place}] {fact.id}" in html
