"""A file of questions: answered in order, in both languages; stopped anywhere, the same command goes on; nothing is lost or doubled."""

from __future__ import annotations

import gzip
import json
import re

import pytest

import kgllm
from kgllm.answering.bulk import answer_file
from kgllm.errors import ConfigError, GraphParseError, ModelUnavailable

FACTS = [*((f"Film {n}", "directed by", f"Director {n % 7}") for n in range(40)), ("流浪地球", "导演", "郭帆")]


@pytest.fixture(scope="module")
def qa():
    return kgllm.GraphQA(kgllm.load(FACTS))


def lines(path):
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


def test_json_lines_in_order(qa, tmp_path):
    source = tmp_path / "q.jsonl"
    rows = [{"id": f"a{n}", "question": f"Who directed Film {n}?"} for n in range(10)] + [{"question": "流浪地球的导演是谁？"}]
    source.write_text("\n\n".join(json.dumps(row, ensure_ascii=False) for row in rows), encoding="utf-8")
    told = answer_file(qa, source, tmp_path / "out.jsonl", batch=3)
    found = lines(tmp_path / "out.jsonl")
    assert (told.questions, told.failed, told.before) == (11, 0, 0)
    assert [row["id"] for row in found[:10]] == [f"a{n}" for n in range(10)]
    assert ([row["line"] for row in found], "id" in found[10]) == (list(range(1, 22, 2)), False)
    assert [row["answers"] for row in found] == [[f"Director {n % 7}"] for n in range(10)] + [["郭帆"]]
    assert all(row["facts"] and not row["abstained"] for row in found)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["out.jsonl", "q.jsonl"]


@pytest.mark.parametrize("suffix", [".txt", ".jsonl"])
def test_a_mark_of_the_encoding_is_no_part_of_the_first_question(qa, tmp_path, suffix):
    source = tmp_path / f"q{suffix}"
    first = "流浪地球的导演是谁？" if suffix == ".txt" else '{"question": "流浪地球的导演是谁？"}'
    source.write_text(first + "\n", encoding="utf-8-sig")
    answer_file(qa, source, tmp_path / "out.jsonl")
    (row,) = lines(tmp_path / "out.jsonl")
    assert (row["question"], row["answers"]) == ("流浪地球的导演是谁？", ["郭帆"])


@pytest.mark.parametrize("half", [b"", b'{"id": "7", "question": "Wh'])
def test_a_stopped_run_goes_on(qa, tmp_path, half):
    source, out = tmp_path / "q.txt.gz", tmp_path / "out.jsonl"
    with gzip.open(source, "wt", encoding="utf-8") as file:
        file.write("\n".join(f"Who directed Film {n}?" for n in range(9)))

    def stop(done):
        if done == 6:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        answer_file(qa, source, out, batch=2, progress=stop)
    with (tmp_path / "out.jsonl.part").open("ab") as part:
        part.write(half)
    told = answer_file(qa, source, out, batch=2)
    assert (told.questions, told.before) == (9, 6)
    assert [row["answers"] for row in lines(out)] == [[f"Director {n % 7}"] for n in range(9)]


def test_answers_are_names_beside_their_ids(tmp_path):
    (tmp_path / "q.txt").write_text("昇腾910B是哪家公司开发的？\nWhen did NVIDIA launch the Hopper architecture?\n", encoding="utf-8")
    answer_file(kgllm.GraphQA(kgllm.datasets.load("gpu")), tmp_path / "q.txt", tmp_path / "out.jsonl")
    found = [(row["answers"], row["answer_ids"]) for row in lines(tmp_path / "out.jsonl")]
    assert found == [(["Huawei"], ["huawei"]), (["2022"], ["2022"])]


def test_given_ids_are_kept_as_they_are_and_are_no_line_numbers(qa, tmp_path):
    source = tmp_path / "q.jsonl"
    rows = [{"id": given, "question": "Who directed Film 1?"} for given in ("3", 2, "二", None, 0)]
    rows[1:1] = [{"question": "流浪地球的导演是谁？"}]
    source.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    answer_file(qa, source, tmp_path / "out.jsonl")
    found = [(row["line"], row.get("id")) for row in lines(tmp_path / "out.jsonl")]
    assert found == [(1, "3"), (2, None), (3, 2), (4, "二"), (5, None), (6, 0)]


@pytest.mark.parametrize("options", [{"batch": 0}, {"workers": 0}, {"workers": True}, {"batch": 1.5}])
def test_numbers_that_cannot_be(qa, tmp_path, options):
    (tmp_path / "q.txt").write_text("Who directed Film 1?\n", encoding="utf-8")
    with pytest.raises(ConfigError, match="whole number"):
        answer_file(qa, tmp_path / "q.txt", tmp_path / "out.jsonl", **options)


def test_a_run_begun_otherwise_is_not_gone_on_with(qa, tmp_path):
    source, out = tmp_path / "q.txt", tmp_path / "out.jsonl"
    source.write_text("Who directed Film 1?\n{}\n", encoding="utf-8")

    def stop(done):
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        answer_file(qa, source, out, batch=1, progress=stop)
    source.write_text("Who directed Film 2?\n", encoding="utf-8")
    with pytest.raises(ConfigError, match="another source"):
        answer_file(qa, source, out)
    source.write_text("Who directed Film 1?\n{}\n", encoding="utf-8")
    other = kgllm.GraphQA(kgllm.load(FACTS[:5]))
    with pytest.raises(ConfigError, match="another graph"):
        answer_file(other, source, out)
    other = kgllm.GraphQA(qa.graph, limits=kgllm.Limits(hops=1))
    with pytest.raises(ConfigError, match="another limits"):
        answer_file(other, source, out)


def test_what_fails_has_its_error_and_the_others_go_on(qa, tmp_path):
    source = tmp_path / "q.txt"
    source.write_text(
        "Who directed Film 1?\n" + "x" * 3_000_000 + "\nWho directed Film 2?\nWho is the king of nowhere?\n", encoding="utf-8"
    )
    told = answer_file(qa, source, tmp_path / "out.jsonl")
    first, failed, second, none = lines(tmp_path / "out.jsonl")
    assert (first["answers"], second["answers"], none["abstained"]) == (["Director 1"], ["Director 2"], True)
    assert "character" in failed["error"]
    assert (told.questions, told.failed, told.abstained) == (4, 1, 1)


def test_a_model_that_goes_away_stops_the_run_and_nothing_is_lost(tmp_path):
    asked = []

    def model(prompts):
        asked.extend(prompts)
        if len(asked) == 3:
            raise ModelUnavailable("the server is away")
        return ["Director [1]"] * len(prompts)

    source, out = tmp_path / "q.txt", tmp_path / "out.jsonl"
    source.write_text("".join(f"Who directed Film {n}?\n" for n in range(5)), encoding="utf-8")
    qa = kgllm.GraphQA(kgllm.load(FACTS), llm=model)
    with pytest.raises(ModelUnavailable):
        answer_file(qa, source, out, batch=1)
    told = answer_file(qa, source, out, batch=1)
    assert (told.questions, told.before, told.failed) == (5, 2, 0)
    assert [row["line"] for row in lines(out)] == [1, 2, 3, 4, 5]


@pytest.mark.parametrize("line", ['{"question": 3}', "[1]", "{", '{"text": "谁？"}'])
def test_a_line_that_is_no_question_is_told_before_any_is_asked(qa, tmp_path, line):
    source = tmp_path / "q.jsonl"
    source.write_text('{"question": "Who directed Film 1?"}\n' + line + "\n", encoding="utf-8")
    with pytest.raises(GraphParseError, match=re.escape(f"q.jsonl:2 is no question: {line!r}")):
        answer_file(qa, source, tmp_path / "out.jsonl", batch=1)
    assert [path.name for path in tmp_path.iterdir()] == ["q.jsonl"]


def test_a_line_in_another_encoding_is_told_by_its_place(qa, tmp_path):
    source = tmp_path / "q.txt"
    source.write_bytes("Who directed Film 1?\n流浪地球的导演是谁？\n".encode("gb18030"))
    with pytest.raises(GraphParseError, match=r"q\.txt:\d is no question: .*utf-8"):
        answer_file(qa, source, tmp_path / "out.jsonl")


def test_nothing_is_written_over(qa, tmp_path):
    source, out = tmp_path / "q.txt", tmp_path / "out.jsonl"
    source.write_text("Who directed Film 1?\n", encoding="utf-8")
    out.write_text("mine", encoding="utf-8")
    with pytest.raises(ConfigError, match="already"):
        answer_file(qa, source, out)
    with pytest.raises(ConfigError, match="no file"):
        answer_file(qa, tmp_path / "none.txt", tmp_path / "new.jsonl")
    with pytest.raises(ConfigError, match="no folder"):
        answer_file(qa, source, tmp_path / "none" / "new.jsonl")
    assert out.read_text(encoding="utf-8") == "mine"
