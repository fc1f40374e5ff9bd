"""Whole runs on a GraphQA of made-up answers: figures, saved runs, comparisons, and agreement with the acceptance script."""

from __future__ import annotations

import importlib.util
import io
import json
import random
from types import SimpleNamespace

import pytest
from rich.console import Console

import kgllm
from kgllm.errors import CheckpointError, ConfigError, GraphTimeout, WrongTypeError
from kgllm.evaluation import compare, evaluate, load_run
from kgllm.limits import Limits
from kgllm.types import Answer, Entity, Evidence, Fact, Link, Literal, Mention, Relation

POOL = ["Alien", "alien", "Tom_Hanks", "Tom Hanks", "郭帆", "１９７０", "1970", "a  b", "a b"]


class MadeUpQA:
    """Answers drawn from POOL, the same for the same question; some abstain, some raise where asked to."""

    def __init__(self, salt: str = "", raises: bool = False) -> None:
        self.salt, self.raises = salt, raises
        self.limits = Limits()

    def _evidence(self, question: str) -> Evidence:
        rng = random.Random(self.salt + question)
        node = lambda: rng.choice([Entity(rng.choice(POOL)), Entity(rng.choice(POOL), rng.choice(POOL)), Literal(rng.choice(POOL))])
        facts = []
        for _ in range(rng.randint(0, 30)):
            qualifiers = tuple((Relation("q"), node()) for _ in range(rng.randint(0, 2)))
            facts.append(Fact(Entity(rng.choice(POOL)), Relation("r"), node(), qualifiers))
        mention = Mention(text="", start=0, end=0)
        links = tuple(Link(mention=mention, entity=node(), score=1, reason="exact") for _ in range(rng.randint(0, 3)))
        return Evidence(question=question, links=links, seeds=(), paths=(), facts=tuple(facts))

    def ask(self, question, *, seeds=None):
        if self.raises and question.startswith("5"):
            raise GraphTimeout("too slow")
        rng = random.Random(question + self.salt)
        abstained = rng.random() < 0.2
        entities = () if abstained else tuple(Entity(str(i), rng.choice(POOL)) for i in range(rng.randint(1, 3)))
        return Answer(
            question=question, text="", entities=entities, abstained=abstained, evidence=self._evidence(question), settings={"llm": None}
        )

    def retrieve(self, question, *, seeds=None, max_facts=None):
        return self._evidence(question)

    def link(self, question):
        return self._evidence(question).links

    def explain(self, question, *, gold, seeds=None):
        return SimpleNamespace(stage="linking" if len(question) % 2 else "retrieval")


def questions(n: int = 300) -> list[dict]:
    rng = random.Random(7)
    rows = []
    for i in range(n):
        answers = [] if rng.random() < 0.2 else rng.sample(POOL, rng.randint(1, 3))
        rows.append({"id": str(i), "question": f"{i}?", "answers": answers, "topics": rng.sample(POOL, 1), "hops": rng.randint(1, 3)})
    return rows


def test_figures_agree_with_the_acceptance_script(shared):
    spec = importlib.util.spec_from_file_location("measure", shared.parent / "acceptance" / "measure.py")
    script = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(script)
    rows = questions()
    for gold_topics in (False, True):
        theirs, ours = (
            script.measure(MadeUpQA(), rows, gold_topics=gold_topics),
            evaluate(MadeUpQA(), rows, gold_topics=gold_topics).to_dict(),
        )
        timed = ("p50_ms", "p95_ms", "first_ms")
        same = [name for name in theirs if name not in (*timed, "asked", "planned", "hops")]
        assert {name: ours[name] for name in same} == {name: theirs[name] for name in same}
        for hops, figures in theirs["hops"].items():
            mine = {"n": sum(row["hops"] == int(hops) for row in rows), "errors": 0, **ours["hops"][hops]}
            assert {name: mine[name] for name in figures if name not in timed} == {
                name: v for name, v in figures.items() if name not in timed
            }


def test_errors_are_counted_as_misses():
    report = evaluate(MadeUpQA(raises=True), questions())
    assert report.errors == len([row for row in questions() if row["question"].startswith("5")])
    assert report.figures["hits1"].value < evaluate(MadeUpQA(), questions()).figures["hits1"].value
    assert "GraphTimeout: too slow" in {row.error for row in report.rows}
    assert report.figures["hits1"].n == sum(bool(row["answers"]) for row in questions())


def test_progress_is_told():
    seen = []
    evaluate(MadeUpQA(), questions(3), progress=lambda done, total: seen.append((done, total)))
    assert seen == [(1, 3), (2, 3), (3, 3)]


def test_misses_are_explained_when_asked_for():
    assert not evaluate(MadeUpQA(), questions(20)).stages
    report = evaluate(MadeUpQA(), questions(), explain=True)
    assert set(report.stages) == {"linking", "retrieval"}
    assert all((row.stage is None) == (row.right or not row.question.answerable) for row in report.rows)


def test_a_run_is_saved_whole_and_read_back(tmp_path):
    report = evaluate(MadeUpQA(raises=True), questions(40), explain=True)
    folder = report.save(tmp_path / "runs" / "first")
    again = load_run(folder)
    assert again == report
    assert (
        again.to_dict()
        == report.to_dict()
        == {k: v for k, v in json.loads((folder / "summary.json").read_text()).items() if k not in ("seed", "rows_blake2")}
    )
    assert [path.name for path in (tmp_path / "runs").iterdir()] == ["first"]
    with pytest.raises(ConfigError, match="already something"):
        report.save(folder)


def test_a_run_whose_questions_hold_marks_of_lines_is_read_back(tmp_path):
    asked = [{"question": "Who owns Olm\u2028Tarn\u0085奥姆？", "answers": ["a"]}]
    folder = evaluate(MadeUpQA(), asked).save(tmp_path / "run")
    assert [row.question.question for row in load_run(folder).rows] == [asked[0]["question"]]


def test_a_run_that_is_no_run_is_refused(tmp_path):
    with pytest.raises(ConfigError, match="no saved run"):
        load_run(tmp_path / "absent")
    folder = evaluate(MadeUpQA(), questions(5)).save(tmp_path / "run")
    (folder / "rows.jsonl").write_text("{}\n", encoding="utf-8")
    with pytest.raises(CheckpointError, match="not those that were saved"):
        load_run(folder)
    (folder / "summary.json").unlink()
    with pytest.raises(CheckpointError, match="whole run"):
        load_run(folder)


def test_what_is_counted_stands_on_one_line_in_a_terminal():
    from rich.console import Console

    one, other = evaluate(MadeUpQA(), questions(1)), evaluate(MadeUpQA(), questions(1))
    for shown, head in (
        (one, "1 question, 0 errors; mean ± half of its 95 % interval"),
        (compare(one, other), "1 question in both runs: 0 gained, 0 lost"),
    ):
        console = Console(width=80, record=True, file=io.StringIO())
        console.print(shown)
        assert console.export_text().splitlines()[0].rstrip() == head


def test_two_runs_question_by_question():
    before, after = (evaluate(MadeUpQA(salt), questions(), explain=True) for salt in ("a", "b"))
    found = compare(before, after)
    right = lambda report: {row.question.id for row in report.rows if row.right}
    assert {a.question.id for _, a in found.gained} == right(after) - right(before)
    assert {a.question.id for _, a in found.lost} == right(before) - right(after)
    assert sum(found.lost_by.values()) == len(found.lost)
    assert set(found.gained_from) <= {"linking", "retrieval", "not explained"}
    assert found.differences["f1"].value == pytest.approx(after.figures["f1"].value - before.figures["f1"].value, abs=1e-9)
    assert json.dumps(found.to_dict())
    same = compare(before, before)
    assert not same.gained
    assert not same.lost


def test_runs_without_a_common_question_cannot_be_compared():
    with pytest.raises(ConfigError, match="no question in common"):
        compare(evaluate(MadeUpQA(), questions(2)), evaluate(MadeUpQA(), [{"question": "?", "answers": []}]))


def test_a_report_prints_and_draws_itself():
    report = evaluate(MadeUpQA(), questions(30))
    console = Console(width=160, record=True, file=io.StringIO())
    console.print(report)
    console.print(compare(report, evaluate(MadeUpQA("x"), questions(30))))
    text = console.export_text()
    assert "hits1" in text
    assert "3 hops" in text
    assert "郭帆" in text
    assert report._repr_html_().count("<tr>") > 10
    assert "hits1" in str(report)


def test_a_graph_is_nothing_to_evaluate():
    with pytest.raises(WrongTypeError, match="qa must be a kgllm.GraphQA") as caught:
        evaluate(kgllm.load([("a", "b", "c")]), [{"question": "b of a?", "answers": ["c"]}])
    assert "GraphQA(graph)" in caught.value.hint
