"""Chinese beside English: what holds a model in place, what is asked of it and how it is graded, in the languages of the course."""

from __future__ import annotations

import json
import re

import pytest

import kgllm
from kgllm.tuning import TuneSettings, lessons, teach
from kgllm.tuning.courses import general
from kgllm.tuning.courses.course import known_questions
from kgllm.tuning.courses.general import enough, general_questions, prose, spoken
from kgllm.tuning.courses.probing import with_shots
from kgllm.tuning.encoding.encode import Encoder
from kgllm.tuning.proving.asking import Sides, kept_of, names_in, read_answer
from kgllm.tuning.proving.proof import evaluate
from kgllm.tuning.proving.report import markdown
from kgllm.tuning.proving.verdict import verdict
from kgllm.tuning.rows import NOT_KNOWN, Row, by_language, row_of
from kgllm.tuning.teaching import _passages
from kgllm.tuning.training.watch import Watch
from kgllm.tuning.updating import _Asked
from kgllm.tuning.updating import changes as changed
from kgllm.tuning.weights.base import load_base
from kgllm.words.names import has_han, simplified

torch = pytest.importorskip("torch")
BOTH = ("en", "zh")
TEAS = [(f"{one}茶", relation, end) for one, place in zip("春岩雾松梅云", "安波辰丁娥方") for relation, end in (("产地", f"{place}县"), ("采摘月份", f"{place}月"))]  # fmt: skip


@pytest.fixture
def few(monkeypatch):
    """Some of the general questions, in both languages: what is asked of a tiny model need not be all."""
    whole = general._tables

    def cut(language):
        return [{**table, "pairs": table["pairs"][:12]} for table in whole(language)[:3]]

    monkeypatch.setattr(general, "_tables", cut)


def test_chinese_general_questions_are_as_many_kinds_of_question_apart():
    parts = {split: general_questions(split, languages=["zh"]) for split in ("mix", "dev", "test")}
    assert len(parts["test"]) == len(parts["dev"]) == len(parts["mix"]) / 2 > 650
    assert len({row.facts for row in parts["test"]}) == len(parts["test"])  # no pair twice
    for one, other in (("mix", "dev"), ("mix", "test"), ("dev", "test")):
        assert not {row.question for row in parts[one]} & {row.question for row in parts[other]}
        assert {row.facts for row in parts[one]} == {row.facts for row in parts[other]}
    for row in (row for rows in parts.values() for row in rows):
        assert row.language == "zh"
        assert row.question[-1] in "？。", row.question
        assert has_han(row.question), row.question

        if len(row.answers[0]) > 1 and not row.facts[0].startswith("类别/"):  # which names the kinds to choose from
            assert row.answers[0] not in row.question


def test_both_languages_are_those_of_each_together():
    apart = [row.question for language in BOTH for row in general_questions("dev", languages=[language])]
    assert [row.question for row in general_questions("dev", languages=BOTH)] == apart
    english, chinese, both = (prose("hold", languages=some) for some in (["en"], ["zh"], BOTH))
    assert (len(english), len(chinese), len(both)) == (24, 24, 48)
    assert [row.language for row in both[:4]] == ["en", "zh", "en", "zh"]
    assert [row for row in both if row.language == "zh"] == chinese
    assert not {row.completion for row in prose("test", languages=BOTH)} & {row.completion for row in both}
    assert all(simplified(row.completion) == row.completion and len(row.completion) > 40 for row in prose(languages=["zh"]))


@pytest.mark.parametrize(
    ("rows", "languages"),
    [([], ("en",)), (["zh"], ("zh",)), (["zh", "en", "zh"], BOTH), (["fr"], ("en",)), (["fr", "zh"], ("zh",))],
)
def test_a_course_is_held_in_the_languages_that_it_asks_in(rows, languages):
    asked = [Row(completion="x", question="?", language=one) for one in rows]
    assert spoken(asked) == languages


def test_the_lessons_of_a_graph_say_in_which_languages_it_is_held():
    assert spoken(lessons(kgllm.load(TEAS), 6, untaught=0).train) == ("zh",)
    assert spoken(lessons(kgllm.datasets.load("gpu"), 8, untaught=0).train) == BOTH
    assert {row.language for row in _passages(None, ("zh",))[0]} == {"zh"}
    graph = kgllm.load(TEAS)
    other = kgllm.load([("春茶", "产地", "新县"), *TEAS[1:]])
    assert _Asked.of(graph, other, changed(graph, other), 0, None).languages == ("zh",)


def test_known_questions_of_two_languages_are_those_of_each(folder, few):
    base = load_base(folder())
    english, chinese, both = (known_questions(base, languages=some) for some in (["en"], ["zh"], BOTH))
    for name in ("mixed", "test"):
        assert [row for row in getattr(both, name) if row.language == "en"] == list(getattr(english, name))
        assert [row.question for row in getattr(both, name) if row.language == "zh"] == [row.question for row in getattr(chinese, name)]
    assert {row.language for row in both.held_out} == set(BOTH)
    for row in both.held_out:  # what is shown before a question is in its language
        shown = [one["content"] for one in row.prompt if one["role"] == "user"]
        assert {has_han(one) for one in shown} == {row.language == "zh"}


def test_a_long_run_is_held_at_passages_that_the_model_writes_in_chinese(folder, monkeypatch):
    from kgllm.llms.transformers import TransformersLLM

    begun = []

    def say(self, prompts, **_):
        begun.extend(prompts)
        return ["，后来的事情大家都知道了，谁也没有再提起那一天早上的雨。" if has_han(one) else " was a long day, and nobody said a word of it afterwards." for one in prompts]  # fmt: skip

    monkeypatch.setattr(TransformersLLM, "generate", say)
    given = prose("hold", languages=BOTH)
    several = enough(given, load_base(folder()), TuneSettings(steps=600, general=12))
    assert several[: len(given)] == given
    added = several[len(given) :]
    assert len(added) == 192
    assert {has_han(row.completion) for row in added if row.language == "zh"} == {True}
    assert 80 < sum(row.language == "zh" for row in added) < 112
    assert max(len(one) for one in begun if has_han(one)) <= 10  # the first characters, not the whole passage


@pytest.mark.parametrize("chat", [False, True])
def test_chinese_is_trained_as_it_is_asked(tiny, chat):
    """The prompt of training is the one of asking, and what is trained is the answer and its end, with a chat template or without."""
    from kgllm.llms.transformers import TransformersLLM

    model, tokenizer = tiny(chat=chat)
    encoder, llm = Encoder(tokenizer), TransformersLLM((model, tokenizer))
    rows = [row_of({"question": "春茶的产地在哪儿？", "answers": ["安县"], "language": "zh"}), row_of({"question": "雾茶的产地？", "answers": [], "language": "zh"})]  # fmt: skip
    for row in (*rows, with_shots(rows[0], general_questions("test", languages=["zh"]), 2)):
        one = encoder.encode(row)
        asked = llm._encode(encoder.request(row))
        assert list(one.ids[: len(asked)]) == list(asked)
        said = tokenizer.decode([label for label in one.labels if label >= 0], skip_special_tokens=True)
        assert said.strip() == row.completion
        assert one.ids[-1] in encoder.ends
    assert rows[1].completion == NOT_KNOWN["zh"]


@pytest.mark.parametrize(
    "text, gold, names",
    [
        ("李連杰", ["李连杰"], ["李连杰"]),
        ("李连杰。", ["李連杰"], ["李連杰"]),
        ("《邊城》！", ["边城"], ["边城"]),
        ("边城", ["《边城》"], ["《边城》"]),
        ("「安縣」、“波县”", ["波县", "安县"], ["安县", "波县"]),
        ("安縣和波縣", ["安县", "波县"], ["安县", "波县"]),
        ("１９９９年", ["1999年"], ["1999年"]),
        ("安县人", ["安县"], ["安县人"]),
        ("What's Up, Doc?", ["What's Up, Doc?"], ["What's Up, Doc?"]),
        ("《》", ["安县"], ["《》"]),
        ("。", ["安县"], []),
    ],
)
def test_chinese_names_are_told_by_what_they_name(text, gold, names):
    assert names_in(text, gold) == names


def test_f1_of_a_chinese_list_counts_its_names():
    row = row_of({"question": "谁写的？", "answers": ["张三", "李四"], "language": "zh"})
    assert read_answer(row, "張三、王五。").figures["f1"] == 0.5
    assert read_answer(row, "李四和张三。").figures["f1"] == 1.0


def test_the_report_tells_two_languages_apart():
    class Said:
        name, chat, context, special_tokens = "said", False, None, ()

        def generate(self, prompts, **_):
            return ["Ana" if "Who" in one else "不知道" for one in prompts]

        def stream(self, prompt, **_):
            yield from self.generate([prompt])

        def count(self, prompt):
            return 1, True

    groups = {"unseen": [row_of({"question": "Who?", "answers": ["Ana"], "facts": ["a"]}), row_of({"question": "谁？", "answers": ["安"], "facts": ["b"], "language": "zh"})]}  # fmt: skip
    found = evaluate(Said(), groups, before=Said())
    assert found.value("tuned", "unseen") == 0.5
    assert {name: of["tuned"]["unseen"]["hits1"].value for name, of in found.apart.items()} == {"en": 1.0, "zh": 0.0}
    text = markdown(found)
    assert re.search(r"### In Chinese\n\n.*\n.*\n\| unseen wording \| 1 \| 0\.000 .* \| 0\.000", text)
    assert found.to_dict()["by_language"]["en"]["tuned"]["unseen"]["hits1"]["value"] == 1.0
    alone = evaluate(Said(), {"unseen": groups["unseen"][:1]}, before=Said())
    assert not alone.apart
    assert "### In" not in markdown(alone)


def test_what_was_kept_is_told_of_each_language(tiny):
    model, tokenizer = tiny(chat=False)
    from kgllm.llms.transformers import TransformersLLM

    llm = TransformersLLM((model, tokenizer))
    known = [row for split in BOTH for row in general_questions("test", languages=[split])[:5]]
    kept = kept_of(Sides(llm, llm), known, prose("test", languages=BOTH)[:8], 2)
    assert (kept["known_n"], kept["known_en_n"], kept["known_zh_n"]) == (10, 5, 5)
    low, high = sorted((kept["perplexity_en_after"], kept["perplexity_zh_after"]))
    assert low < kept["perplexity_after"] < high
    assert kept["perplexity_zh_rise"] == 0.0
    assert {name for name in kept_of(Sides(llm, llm), known[:5], prose("test")[:4], 2) if "_en_" in name or "_zh_" in name} == set()


def test_the_verdict_names_the_language_that_suffered():
    from kgllm.evaluation.metrics import Figure
    from kgllm.tuning.proving.proof import Proof

    figures = {
        column: {"unseen": {"hits1": Figure(value, value, value, 9)}} for column, value in (("untuned + facts", 0.5), ("tuned", 0.9))
    }
    kept = {"perplexity_before": 30.0, "perplexity_after": 31.0, "perplexity_rise": 0.03, "perplexity_zh_before": 90.0, "perplexity_zh_rise": 0.2, "known_zh_2_shots_before": 0.9, "known_zh_2_shots_after": 0.8, "known_zh_n": 120.0}  # fmt: skip
    said = " ".join(verdict(Proof(figures=figures, kept=kept, cost={}, cards=(), said={})).sentences)
    assert "perplexity of general text in Chinese rose by 20.0%" in said
    assert "10% of the known questions in Chinese (120) were lost (after 2 others with answers;" in said
    assert "3.0%" not in said


def test_one_languages_perplexity_is_not_paid_for_with_anothers(tiny):
    model, tokenizer = tiny(chat=False)
    encoder = Encoder(tokenizer)
    watch = Watch(held=[], general=[encoder.encode(row) for row in prose("test", languages=BOTH)[:4]])
    first = watch.begin(model)
    assert {"perplexity", "perplexity_en", "perplexity_zh"} <= set(first)
    assert first["perplexity_rise"] == 0.0
    watch.history[0]["perplexity_zh"] /= 1.5
    assert watch.look(model, 1)["perplexity_rise"] == pytest.approx(0.5)
    again = Watch(held=[], general=watch.general)
    again.restore(json.loads(json.dumps(watch.state())), None)
    assert again.measure(model)["perplexity_rise"] == pytest.approx(0.5)


def test_by_language_tells_apart_only_what_is_mixed():
    assert by_language(general_questions("test", languages=["zh"])) == {}
    assert by_language([]) == {}


@pytest.mark.slow
def test_a_chinese_graph_is_taught_and_proven_in_chinese(folder, few, tmp_path, monkeypatch):
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    small = TuneSettings(steps=4, batch=6, known=2, general=2, check_every=2, save_every=4, rank=4, length=1024, rate=1e-2, budget=None)
    graph = kgllm.load(TEAS)
    found = teach(graph, folder(), tmp_path / "taught", facts=6, settings=small, with_facts=1)
    report = json.loads((tmp_path / "taught" / "report" / "report.json").read_text(encoding="utf-8"))
    assert {row.language for row in found.lessons.train} == {"zh"}
    assert report["kept"]["known_n"] > 8
    assert "perplexity_rise" in report["kept"]
    assert not [name for name in report["kept"] if "_zh_" in name]
    assert {"seen", "unseen"} <= set(report["figures"]["tuned + facts"])
    lines = (tmp_path / "taught" / "report" / "answers.jsonl").read_text(encoding="utf-8").splitlines()
    assert all(has_han(json.loads(line)["question"]) for line in lines)
    assert kgllm.GraphQA(graph, llm=str(found.adapter)).ask("春茶的产地在哪里？").settings["llm"] == "adapter"
