"""Questions as training data: rows of every format, files and folders, read by datasets and TRL without change."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

import kgllm
from kgllm.errors import ConfigError, GraphParseError
from kgllm.questions import Question, formatted, generate, iterate, read, write

FORMATS = ("prompt_completion", "messages", "alpaca", "sharegpt", "questions")


@pytest.fixture(scope="module")
def graph():
    return kgllm.load(kgllm.datasets.load("gpu"))


@pytest.fixture(scope="module")
def rows(graph):
    return list(iterate(graph, 40, split_by=None, distractors=4))


def test_rows_of_every_format(rows):
    for question, pair, chat, alpaca, share in zip(rows, *(list(formatted(rows, name)) for name in FORMATS[:4])):
        said = pair["completion"]
        assert question.question in pair["prompt"]
        assert chat["messages"][-1] == {"role": "assistant", "content": said} and [m["role"] for m in chat["messages"]][-2] == "user"
        assert alpaca["output"] == said and question.question in alpaca["input"]
        assert share["conversations"][1] == {"from": "gpt", "value": said}


def test_the_answer_cites_the_facts_that_prove_it(rows):
    cited = 0
    for question, row in zip(rows, formatted(rows, "messages")):
        shown, said = row["messages"][1]["content"], row["messages"][2]["content"]
        for n, fact in enumerate(question.context, 1):
            assert f"[{n}] " in shown
            if f"[{n}]" in said:
                assert fact.id in {one.id for one in question.facts}
                cited += 1
        if question.kind == "unanswerable":
            assert said in ("The graph does not hold the answer.", "图谱中没有答案。")
    assert cited > 20


def test_a_context_without_the_proof_teaches_to_abstain(graph):
    from kgllm.questions.formats import answer_of
    from kgllm.types import replace

    question = next(iterate(graph, 1, kinds=["one_hop"], languages=["en"], split_by=None, distractors=4))
    without = replace(question, context=tuple(fact for fact in question.context if fact.id not in {one.id for one in question.facts}))
    assert answer_of(without) == "The graph does not hold the answer."
    assert answer_of(question).startswith(question.answer)


FILMS = [(f"Film {n}", "directed by", "Ann") for n in range(4)] + [(f"Film {n}", "star", f"Actor {n % 2}") for n in range(4)]
FILMS += [("Film 9", "directed by", "Bo"), ("Film 9", "star", "Actor 0")]


def _shown(question, *kept):
    """A question whose context holds some of its facts."""
    from kgllm.types import replace

    return replace(question, context=tuple(fact for fact in question.facts if {node.name for node in fact.nodes} & set(kept)))


@pytest.mark.parametrize("again", [False, True])
def test_a_part_of_the_proof_proves_a_part_of_the_answer(tmp_path, again):
    from kgllm.questions.formats import answer_of

    asked = list(iterate(kgllm.load(FILMS), 500, languages=["en"], split_by=None, noise=0))
    if again:
        write(asked, tmp_path / "rows.jsonl")
        asked = read(tmp_path / "rows.jsonl")
    films = next(one for one in asked if one.kind == "inverse" and one.topics == ("Ann",))
    assert answer_of(_shown(films, "Film 1", "Film 3")) == "Film 1 and Film 3 [1][2]"
    assert answer_of(_shown(films, "Ann")) == "Film 0, Film 1, Film 2 and Film 3 [1][2][3][4]"
    chain = next(one for one in asked if one.kind == "two_hop" and one.topics == ("Ann",) and len(one.answers) == 2)
    assert answer_of(_shown(chain, "Ann")) == "The graph does not hold the answer."  # the first step of two
    assert answer_of(_shown(chain, "Film 0", "Actor 0")).startswith("Actor 0 [")  # not Actor 1
    both = next(one for one in asked if one.kind == "intersection" and "Ann" in one.topics)
    [actor] = set(both.topics) - {"Ann"}
    assert answer_of(_shown(both, actor)) == "The graph does not hold the answer."
    counted = next(one for one in asked if one.kind == "count" and one.topics == ("Ann",) and len(one.path) == 1)
    assert answer_of(_shown(counted, "Film 1")) == "The graph does not hold the answer."
    assert answer_of(_shown(counted, "Ann")).startswith("4 [1]")


@pytest.mark.parametrize("format", FORMATS)
def test_json_lines_hold_the_rows(rows, tmp_path, format):
    file = tmp_path / "out.jsonl"
    assert write(rows, file, format=format) == len(rows)
    assert [json.loads(line) for line in file.read_text(encoding="utf-8").splitlines()] == list(formatted(rows, format))
    with pytest.raises(ConfigError, match="already"):
        write(rows, file, format=format)


def test_llama_factory_finds_its_entry(rows, tmp_path):
    write(rows, tmp_path / "taught.jsonl", format="sharegpt")
    info = json.loads((tmp_path / "taught.dataset_info.json").read_text(encoding="utf-8"))
    columns = info["taught"]["columns"]
    assert info["taught"]["file_name"] == "taught.jsonl"
    assert set(columns.values()) <= set(json.loads((tmp_path / "taught.jsonl").read_text(encoding="utf-8").splitlines()[0]))


@pytest.mark.parametrize("format", FORMATS)
def test_parquet_and_folders(rows, tmp_path, format):
    datasets = pytest.importorskip("datasets")
    import pyarrow.parquet

    assert write(rows, tmp_path / "out.parquet", format=format) == len(rows)
    assert pyarrow.parquet.read_table(tmp_path / "out.parquet").num_rows == len(rows)
    assert write(rows, tmp_path / "folder", format=format) == len(rows)
    assert datasets.load_from_disk(str(tmp_path / "folder")).num_rows == len(rows)


def test_parquet_has_all_columns_whatever_its_first_rows_lack(graph, tmp_path):
    plain = list(iterate(graph, 25, kinds=["one_hop"], split_by=None))
    later = list(iterate(graph, 5, kinds=["choice"], split_by=None, distractors=3))
    assert write(plain * 80 + later, tmp_path / "out.parquet") == 2005  # more than are written at once
    import pyarrow.parquet

    rows = pyarrow.parquet.read_table(tmp_path / "out.parquet").to_pylist()
    assert rows == [question.to_dict() for question in plain * 80 + later]
    assert rows[-1]["choices"] and rows[-1]["context"] and not rows[0]["choices"]


def test_questions_come_back_as_they_were(rows, tmp_path):
    write(rows, tmp_path / "out.jsonl")
    again = read(tmp_path / "out.jsonl")
    assert [one.to_dict()["question"] for one in again] == [one.question for one in rows]
    assert [one.answers for one in again] == [one.answers for one in rows]
    assert [[relation.id for relation, _ in one.path] for one in again] == [[relation.id for relation, _ in one.path] for one in rows]


def test_generate_gives_a_dataset_whose_columns_do_not_depend_on_the_rows(graph):
    datasets = pytest.importorskip("datasets")
    one = generate(graph, 5, kinds=["one_hop"])
    other = generate(graph, 5, kinds=["unanswerable"], distractors=2)
    assert isinstance(one, datasets.Dataset)
    assert one.features == other.features
    assert datasets.concatenate_datasets([one, other]).num_rows == 10


def test_a_folder_is_written_without_a_progress_bar(rows, tmp_path, capfd):
    pytest.importorskip("datasets")
    assert write(rows, tmp_path / "out") == len(rows)
    assert capfd.readouterr() == ("", "")


def test_without_the_extra_generate_is_an_iterator(graph, monkeypatch):
    from kgllm.questions import Question
    from kgllm.questions import generate as module

    monkeypatch.setattr(sys.modules["kgllm.questions.generate"], "find_spec", lambda name: None)
    assert isinstance(next(iter(module(graph, 1))), Question)


def test_evaluate_reads_the_rows(graph):
    rows = [question.to_dict() for question in iterate(graph, 12, kinds=["one_hop", "unanswerable"], languages=["en"], split_by=None)]
    report = kgllm.evaluate(kgllm.GraphQA(graph), rows)
    assert report.figures["hits1"].value > 0.5


def test_a_format_that_is_none_is_refused(rows):
    with pytest.raises(ConfigError, match="prompt_completion"):
        list(formatted(rows, "novel"))


@pytest.mark.slow
@pytest.mark.parametrize("format", ["prompt_completion", "messages", "sharegpt"])
@pytest.mark.parametrize("name", ["rows.jsonl", "rows.parquet", "rows"])
def test_trl_trains_on_the_files_unchanged(rows, tiny, tmp_path, format, name):
    trl, datasets = pytest.importorskip("trl"), pytest.importorskip("datasets")
    write(rows[:8], tmp_path / name, format=format)
    if name == "rows":
        data = datasets.load_from_disk(str(tmp_path / name))
    else:
        kind = "json" if name.endswith("jsonl") else "parquet"
        data = datasets.load_dataset(kind, data_files=str(tmp_path / name), split="train", cache_dir=str(tmp_path / "cache"))
    model, tokenizer = tiny()
    config = trl.SFTConfig(
        output_dir=str(tmp_path / "out"), max_steps=1, per_device_train_batch_size=2, report_to=[], use_cpu=True, max_length=512
    )
    trainer = trl.SFTTrainer(model=model, args=config, train_dataset=data, processing_class=tokenizer)
    shown = tokenizer.decode(trainer.train_dataset[0]["input_ids"])
    assert rows[0].question in shown
    assert trainer.train().training_loss > 0


@pytest.mark.slow
@pytest.mark.parametrize("format", ["alpaca", "sharegpt"])
def test_llama_factory_reads_the_files_unchanged(rows, tiny, tmp_path, format):
    from servers.venv import NoEnvironmentError, environment

    try:
        python = environment("llamafactory", make=False)
    except NoEnvironmentError as error:
        pytest.skip(f"LLaMA-Factory is not installed: {error}")
    model, tokenizer = tiny()
    tokenizer.save_pretrained(tmp_path / "tokenizer")
    model.config.save_pretrained(tmp_path / "tokenizer")
    write(rows, tmp_path / "taught.jsonl", format=format)
    (tmp_path / "taught.dataset_info.json").rename(tmp_path / "dataset_info.json")
    script = Path(__file__).with_name("llama_factory_reads.py")
    done = subprocess.run([python, script, tmp_path, "taught"], check=False, capture_output=True, text=True, timeout=280)
    assert done.returncode == 0, done.stderr[-2000:]
    found = json.loads(done.stdout.splitlines()[-1])
    wanted = list(formatted(rows, "alpaca"))
    assert len(found) == len(rows)
    for row, one in zip(found, wanted):
        assert row["said"].removesuffix("\n").removesuffix("<|im_end|>") == one["output"]
        assert one["instruction"] in row["all"] and one["input"] in row["all"]


LINES = "Olm\u2028Tarn\u0085Brask"  # marks that end a line of a text, and none of a file


def test_what_was_written_is_read_whatever_marks_a_name_has(tmp_path):
    one = Question(id="1", question=f"Who owns {LINES}?", answers=("奥姆\u2029",), kind="one_hop", language="en")
    assert write([one], tmp_path / "a.jsonl") == 1
    assert [(back.question, back.answers) for back in read(tmp_path / "a.jsonl")] == [(one.question, one.answers)]


@pytest.mark.parametrize(
    ("written", "where"),
    [
        (b"{bad\n", ":1"),
        (b"\n[1]\n", ":2"),
        ('{"问题": "谁？"}\n'.encode(), ":1"),
        (b"\xff\xfe\x00", ":1"),
        (b'{"id": {}, "facts": 3}', ":1"),
    ],
)
def test_a_file_of_no_questions_is_told_by_its_line(tmp_path, written, where):
    (tmp_path / "a.jsonl").write_bytes(written)
    with pytest.raises(GraphParseError, match=f"a.jsonl{where}"):
        read(tmp_path / "a.jsonl")


def test_no_file_of_questions_is_told(tmp_path):
    for path in (tmp_path / "none.jsonl", tmp_path):
        with pytest.raises(ConfigError, match="there is no file of questions"):
            read(path)
