"""Rows of every form, prompts as at inference, the label doctor, and exact mixing."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

import kgllm
from kgllm.errors import ConfigError
from kgllm.llms.transformers import TransformersLLM
from kgllm.tuning.courses.mixing import mix
from kgllm.tuning.encoding.doctor import diagnose
from kgllm.tuning.encoding.encode import IGNORED, Encoder
from kgllm.tuning.rows import read_rows, row_of

FORMS = [
    {"question": "Q?", "answers": ["A"]},
    {"question": "Q?", "answers": "A"},
    {"question": "Q?", "answer": "A"},
    {"prompt": "Q?", "completion": "A"},
    {"prompt": [{"role": "user", "content": "Q?"}], "completion": [{"role": "assistant", "content": "A"}]},
    {"messages": [{"role": "system", "content": "S"}, {"role": "user", "content": "Q?"}, {"role": "assistant", "content": "A"}]},
    {"instruction": "Q?", "input": "", "output": "A"},
    {"conversations": [{"from": "human", "value": "Q?"}, {"from": "gpt", "value": "A"}], "system": ""},
]


@pytest.mark.parametrize("form", FORMS, ids=lambda one: "+".join(one))
def test_every_form_is_one_row(form):
    row = row_of(form)
    assert row.completion == "A"
    assert row.prompt[-1] == {"role": "user", "content": "Q?"}


def test_files(tmp_path):
    (tmp_path / "a.jsonl").write_text("\n".join(map(json.dumps, FORMS)), encoding="utf-8")
    (tmp_path / "b.json").write_text(json.dumps(FORMS), encoding="utf-8")
    (tmp_path / "c.txt").write_text("One passage.\n\n第二段。\n", encoding="utf-8")
    assert len(read_rows(tmp_path / "a.jsonl")) == len(read_rows(tmp_path / "b.json")) == len(FORMS)
    assert [row.completion for row in read_rows(tmp_path / "c.txt")] == ["One passage.", "第二段。"]


def test_the_question_writers_rows_are_read():
    graph = kgllm.datasets.load("gpu")
    asked = list(kgllm.questions.iterate(graph, 12, seed=1))
    rows = read_rows(asked)
    assert [row.question for row in rows] == [one.question for one in asked]
    assert all(row.facts for row in rows if row.answers)
    for format in ("prompt_completion", "messages", "alpaca", "sharegpt", "questions"):
        assert len(read_rows(list(kgllm.questions.formatted(asked, format)))) == len(asked)


@pytest.mark.parametrize("bad", [{}, {"question": "Q?"}, {"messages": []}, 7, {"conversations": [{"from": "robot", "value": "x"}]}])
def test_rows_of_no_form_are_refused(bad):
    with pytest.raises(ConfigError):
        read_rows([bad])


@pytest.mark.parametrize(
    "bad", [{"question": " ", "answers": ["A"]}, {"question": "谁？", "answers": [""]}, {"question": "Q?", "answers": ["A", " "]}]
)
def test_a_hole_in_the_rows_is_not_taken_for_no_answer(bad):
    with pytest.raises(ConfigError, match="row 1 of .*: an empty (question|answer)"):
        read_rows([FORMS[0], bad])


@pytest.mark.parametrize(
    "form",
    [
        {"question": "灯塔由谁看守？", "answers": ["安"]},
        {"instruction": "灯塔由谁看守？", "output": "安"},
        {"messages": [{"role": "user", "content": "灯塔由谁看守？"}, {"role": "assistant", "content": "安"}]},
        {"prompt": "问题：灯塔由谁看守？", "completion": "安"},
        {"text": "灯塔上住着一位老人，每天傍晚把灯点亮。"},
    ],
    ids=lambda one: "+".join(one),
)
def test_rows_that_do_not_say_their_language_have_that_of_their_question(form):
    assert row_of(form).language == "zh"
    assert row_of({**form, "language": "en"}).language == "en"


def test_what_is_not_known_is_declined_in_the_language_of_the_question(tiny):
    _, tokenizer = tiny(chat=False)
    row = row_of({"question": "灯塔由谁看守？", "answers": []})
    assert row.completion == "图谱中没有"
    assert Encoder(tokenizer).request(row) == "问题：灯塔由谁看守？\n答案："
    assert row_of({"question": "Who keeps the lamp?", "answers": []}).completion == "not in the graph"


@pytest.mark.parametrize("text", ["{", '{"a": ' * 100_000, "\x00"])
def test_files_that_cannot_be_read_are_refused(tmp_path, text):
    (tmp_path / "a.jsonl").write_text(text, encoding="utf-8")
    with pytest.raises(ConfigError):
        read_rows(tmp_path / "a.jsonl")


@pytest.mark.parametrize("chat", [True, False])
@pytest.mark.parametrize("question, language", [("Who directed Inception?", "en"), ("流浪地球的导演是谁？", "zh")])
def test_the_prompt_trained_on_is_the_prompt_asked_with(tiny, chat, question, language):
    model, tokenizer = tiny(chat=chat)
    encoder, llm = Encoder(tokenizer), TransformersLLM((model, tokenizer))
    row = row_of({"question": question, "answers": ["郭帆"], "language": language})
    one = encoder.encode(row)
    asked = llm._encode(encoder.request(row))
    assert list(one.ids[: len(asked)]) == asked
    assert one.labels[: len(asked)] == (IGNORED,) * len(asked)
    assert list(one.labels[len(asked) :]) == list(one.ids[len(asked) :])
    assert one.ids[-1] in encoder.ends
    assert diagnose([one], encoder).problems == ()


def ill(tokenizer, rows, **more):
    encoder = Encoder(tokenizer, length=more.pop("length", 512), chat=more.pop("chat", None))
    found = [encoder.encode(row_of(row), loss=more.get("loss", "completion")) for row in rows]
    return diagnose(found, encoder, **more)


def test_the_doctor_sees_an_answer_that_is_cut(tiny):
    found = ill(tiny()[1], [{"question": "Who?", "answers": ["Christopher Nolan " * 20]}], length=40)
    assert any("cut off at 40 tokens" in one for one in found.problems)
    with pytest.raises(ConfigError, match="cut off"):
        found.raise_if_ill()


def test_the_doctor_sees_that_nothing_is_trained(tiny):
    found = ill(tiny()[1], [{"question": "Who directed Inception? " * 9, "answers": ["A"]}], length=20)
    assert any("nothing is trained" in one for one in found.problems)


def test_the_doctor_sees_that_everything_is_trained(tiny):
    tokenizer = tiny(chat=False)[1]
    encoder = Encoder(tokenizer)
    one = encoder.encode(row_of({"question": "Who?", "answers": ["A"]}), loss="all")
    assert any("everything is trained" in said for said in diagnose([one], encoder).problems)
    assert diagnose([one], encoder, loss="all").problems == ()


def test_the_doctor_sees_a_missing_end(tiny):
    tokenizer = tiny(chat=True)[1]
    tokenizer.chat_template = tokenizer.chat_template.replace("<|im_end|>", "")
    found = ill(tokenizer, [{"question": "Who?", "answers": ["A"]}])
    assert any("do not end with a token that stops" in one for one in found.problems)


def test_the_doctor_sees_a_template_that_asks_otherwise(tiny):
    tokenizer = tiny(chat=True)[1]
    tokenizer.chat_template = (
        "{% for m in messages %}[{{ m['content'] }}]<|im_end|>{% endfor %}{% if add_generation_prompt %}now say:{% endif %}"
    )
    found = ill(tokenizer, [{"question": "Who?", "answers": ["A"]}])
    assert any("another prompt at inference" in one for one in found.problems)


def test_the_doctor_shows_what_is_trained(tiny):
    found = ill(tiny(chat=False)[1], [{"question": "Who?", "answers": ["Ana"]}])
    assert "".join(text for text, on in found.shown[0] if on).strip().startswith("Ana")
    assert found.labelled < found.tokens


@given(st.integers(1, 40), st.integers(1, 9), st.tuples(st.integers(1, 4), st.integers(0, 6)), st.integers(0, 3))
def test_the_ratio_is_exact_and_the_same_every_time(domain, general, ratio, seed):
    def go():
        return mix([{"text": f"d{i}"} for i in range(domain)], [{"text": f"g{i}"} for i in range(general)], ratio=ratio, seed=seed)

    found = go()
    own = [row.completion for row in found.rows if row.completion.startswith("d")]
    assert sorted(own) == sorted(f"d{i}" for i in range(domain))
    wanted = -(-domain * ratio[1] // ratio[0])
    assert len(found) - len(own) == wanted == found.report["general"]
    assert found.rows == go().rows
    seen = 0
    for place, row in enumerate(found.rows, 1):  # every beginning has the ratio, to one row
        seen += row.completion.startswith("d")
        assert abs(seen - place * domain / len(found)) <= 1


def test_a_ratio_without_general_rows_is_refused():
    with pytest.raises(ConfigError, match="needs general rows"):
        mix([{"text": "d"}])


def test_the_doctor_shows_characters_whole_where_tokens_are_their_bytes(tiny):
    from kgllm.tuning.encoding.doctor import diagnose
    from kgllm.tuning.encoding.encode import Encoder, encode_all
    from kgllm.tuning.rows import read_rows

    _, tokenizer = tiny(chat=False)
    encoder = Encoder(tokenizer, length=128)
    rows = read_rows([{"question": "谁导演了《流浪地球》？🎬", "answers": ["郭帆"], "language": "zh"}])
    (shown,) = diagnose(encode_all(rows, encoder), encoder).shown
    assert "�" not in "".join(text for text, _ in shown)
    assert "".join(text for text, on in shown if not on) == "问题：谁导演了《流浪地球》？🎬\n答案："
    assert "".join(text for text, on in shown if on).startswith("郭帆\n")


def test_marks_that_end_no_line_of_a_file_are_kept(tmp_path):
    said = "Olm\u2028Tarn\u0085奥姆\u2029"
    (tmp_path / "a.jsonl").write_text(json.dumps({"question": "Q?", "answers": [said]}, ensure_ascii=False) + "\n", encoding="utf-8")
    assert [row.answers for row in read_rows(tmp_path / "a.jsonl")] == [(said,)]


def test_a_folder_of_no_dataset_and_a_split_that_is_none_are_told(tmp_path):
    with pytest.raises(ConfigError, match="no folder of a dataset"):
        list(read_rows(tmp_path))
    import datasets

    both = datasets.DatasetDict({"train": datasets.Dataset.from_list([{"question": "Q?", "answers": ["A"]}])})
    both.save_to_disk(str(tmp_path / "both"))
    with pytest.raises(ConfigError, match="there is no split 'dev'") as told:
        list(read_rows(tmp_path / "both", split="dev"))
    assert "train" in str(told.value.hint)
