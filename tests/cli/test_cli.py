"""The command line from outside: results, JSON, exit codes, and errors without tracebacks."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import threading
import xml.etree.ElementTree
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import ClassVar

import pytest

import kgllm
from kgllm.cli import main
from kgllm.errors import GraphTimeout, ModelUnavailable

ROOT = Path(__file__).resolve().parent.parent.parent
TRIPLES = "Inception\tdirected by\tChristopher Nolan\nMemento\tdirected by\tChristopher Nolan\nMemento\trelease year\t2000\n流浪地球\t导演\t郭帆\n"


@pytest.fixture
def graph(tmp_path) -> str:
    path = tmp_path / "films.tsv"
    path.write_text(TRIPLES, encoding="utf-8")
    return str(path)


@pytest.fixture
def run(capsysbinary):
    """(exit code, stdout, stderr) of a command, in this process."""

    def go(*args: object) -> tuple[int, str, str]:
        code = main([str(arg) for arg in args])
        out, err = capsysbinary.readouterr()
        return code, out.decode(), err.decode()

    return go


def test_ask(run, graph):
    code, out, _ = run("ask", graph, "Who directed Memento?")
    assert code == 0
    assert "Christopher Nolan [1]" in out
    assert "films.tsv:2" in out


def test_ask_a_file_of_questions(run, graph, tmp_path):
    source, out = tmp_path / "q.txt", tmp_path / "a.jsonl"
    source.write_text("Who directed Memento?\n流浪地球的导演是谁？\n", encoding="utf-8")
    code, said, _ = run("ask", graph, "--batch", source, "--out", out, "--json")
    assert (code, json.loads(said)["questions"]) == (0, 2)
    rows = [json.loads(line) for line in out.read_text(encoding="utf-8").splitlines()]
    assert [row["answers"] for row in rows] == [["Christopher Nolan"], ["郭帆"]]
    assert run("ask", graph, "--batch", source)[0] == 2
    assert run("ask", graph)[0] == 2
    assert run("ask", graph, "--batch", source, "--out", tmp_path / "b.jsonl", "--seed", "Memento")[0] == 2
    assert run("ask", graph, "Who?", "--batch", source, "--out", tmp_path / "b.jsonl")[0] == 2
    assert run("ask", graph, "Who?", "--workers", 2)[0] == 2


@pytest.mark.parametrize(
    "questions, code",
    [
        (["x" * 3_000_000, "字" * 3_000_000], 1),  # every one fails
        (["Who is the king of nowhere?", "x" * 3_000_000], 1),
        (["流浪地球的导演是谁？", "x" * 3_000_000], 0),
        ([], 0),
    ],
)
def test_a_file_of_which_nothing_was_answered_is_exit_code_1(run, graph, tmp_path, questions, code):
    source, out = tmp_path / "q.txt", tmp_path / "a.jsonl"
    source.write_text("".join(f"{question}\n" for question in questions), encoding="utf-8")
    got, said, _ = run("ask", graph, "--batch", source, "--out", out, "--json")
    assert (got, json.loads(said)["questions"]) == (code, len(questions))
    assert len(out.read_text(encoding="utf-8").splitlines()) == len(questions)


def test_why_a_path_was_preferred(run, graph, tmp_path):
    code, out, _ = run("retrieve", graph, "Who directed Memento?", "--why")
    assert (code, "Memento —directed by→: Christopher Nolan" in out, "'directed' (weight" in out) == (0, True, True)
    code, out, _ = run("retrieve", graph, "流浪地球的导演是谁？", "--why", "--json")
    said = json.loads(out)
    assert (code, said[0]["walk"], said[0]["steps"]) == (0, "流浪地球 —导演→", ["—导演→"])
    assert any(word["steps"][0] > 0.5 for word in said[0]["words"])
    (tmp_path / "hostile.tsv").write_text("Film\tdirected by\t[/b][red]A\n", encoding="utf-8")
    assert "Film —directed by→: [/b][red]A" in run("retrieve", tmp_path / "hostile.tsv", "Who directed Film?", "--why")[1]
    assert "Memento —directed by→: " in run("explain", graph, "Who directed Memento?", "--gold", "Christopher Nolan")[1]
    assert run("retrieve", graph, "Who is it?", "--why")[0] == 1
    assert run("retrieve", graph, "Who directed Memento?", "--why", "--strategy", "khop")[0] == 2


def test_ask_as_json(run, graph):
    code, out, err = run("ask", graph, "流浪地球的导演是谁？", "--json")
    said = json.loads(out)
    assert (code, err) == (0, "")
    assert said["entities"] == [{"id": "郭帆", "name": "郭帆"}]
    assert said["facts"][0]["source"] == ["films.tsv:4"]
    assert said["links"][0]["entity"]["name"] == "流浪地球"
    assert said["timings"]["total"] > 0


def test_an_abstention_is_exit_code_1(run, graph):
    code, out, _ = run("ask", graph, "Who painted the Mona Lisa?", "--json")
    assert code == 1
    assert json.loads(out)["reason"].startswith("nothing_linked")


@pytest.mark.parametrize("command", ["ask", "link", "retrieve"])
def test_an_empty_question_is_bad_input(run, graph, command):
    code, out, err = run(command, graph, " ")
    assert (code, out) == (2, "") and "the question is empty" in err and "hint: " in err


def test_nothing_linked_is_said_once_and_an_empty_file_is_noted(run, tmp_path):
    (tmp_path / "none.csv").write_text("subject,relation,object\n", encoding="utf-8")
    code, out, err = run("ask", tmp_path / "none.csv", "Who directed Memento?")
    assert (code, " ".join(out.split()).count("the question")) == (1, 1)
    assert "none.csv holds no facts" in err


def test_namesakes_are_told_apart_by_their_ids(run, tmp_path):
    (tmp_path / "two.ttl").write_text(
        "@prefix e: <http://e/> . @prefix r: <http://www.w3.org/2000/01/rdf-schema#> .\n"
        'e:p1 r:label "Paris" ; e:country e:f . e:p2 r:label "Paris" ; e:country e:u . e:o r:label "Oslo" ; e:country e:n .\n',
        encoding="utf-8",
    )
    said = " ".join(run("link", tmp_path / "two.ttl", "Is Paris nicer than Oslo?")[1].split())
    assert "id http://e/p1" in said and "id http://e/p2" in said and "id http://e/o" not in said


def test_with_a_model(run, graph):
    code, out, _ = run("ask", graph, "Who directed Memento?", "--llm", "echo", "--json")
    said = json.loads(out)
    assert code == 0
    assert said["citations"][0]["served"]
    assert said["prompt"]["tokens"] > 10
    assert said["prompt"]["served"]["1"] in [fact["id"] for fact in said["facts"]]


def test_the_prompt_of_a_base_model_is_its_text():
    from kgllm.jsonable import jsonable
    from kgllm.types import Prompt

    said = jsonable(Prompt(messages=(), text="Question: …", served={}, tokens=9, exact=True, stop=("\n",)))
    assert (said["text"], said["stop"]) == ("Question: …", ["\n"]) and "messages" not in said


def test_link(run, graph):
    code, out, _ = run("link", graph, "Who directed Memento?")
    assert code == 0
    assert "Memento" in out
    said = json.loads(run("link", graph, "Who directed Memento?", "--json")[1])
    assert said[0]["mention"] == {"text": "Memento", "start": 13, "end": 20}
    assert said[0]["candidates"]
    assert run("link", graph, "Who?")[0] == 1


@pytest.mark.parametrize("strategy", ["relations", "khop", "ppr"])
def test_retrieve(run, graph, strategy):
    code, out, _ = run("retrieve", graph, "Who directed Memento?", "--strategy", strategy, "--json", "--max-facts", "2")
    said = json.loads(out)
    assert code == 0
    assert 1 <= len(said["facts"]) <= 2
    assert run("retrieve", graph, "Who directed Memento?", "--strategy", strategy)[0] == 0


def test_seeds_instead_of_linking(run, graph):
    assert "Christopher Nolan" in run("ask", graph, "Who directed it?", "--seed", "Memento")[1]


def test_explain(run, graph):
    code, out, _ = run("explain", graph, "Who directed Memento?", "--gold", "Christopher Nolan", "--json")
    assert code == 0
    assert json.loads(out)["stage"]


def test_stats(run, graph):
    said = json.loads(run("stats", graph, "--json")[1])
    assert said["facts"] == 4
    assert [one["name"] for one in said["relations"]] == ["directed by", "release year", "导演"]
    assert "directed by" in run("stats", graph)[1]


def test_compile_and_ask_the_folder(run, graph, tmp_path):
    code, out, _ = run("compile", graph, tmp_path / "films.kg", "--json")
    assert code == 0
    assert json.loads(out)["facts"] == 4
    assert "Christopher Nolan" in run("ask", tmp_path / "films.kg", "Who directed Memento?")[1]


def test_load_options(run, tmp_path):
    path = tmp_path / "films.csv"
    path.write_text("what;how;who\nMemento;directed by;Christopher Nolan\n", encoding="utf-8")
    options = ("--separator", ";", "--header", "--subject", "what", "--relation", "how", "--object", "2")
    assert "Christopher Nolan" in run("ask", path, "Who directed Memento?", *options)[1]


def test_columns_that_lead_to_rows_and_cells_of_several_values(run, tmp_path):
    (tmp_path / "data").mkdir()
    for name, text in (
        ("families", "id,name\nK1,nightshades\nK2,cabbages\n"),
        ("foods", "id,name,called,family\nF1,potato,土豆;洋芋,K1\nF2,kale,,K2\n"),
    ):
        (tmp_path / "data" / f"{name}.csv").write_text(text, encoding="utf-8")
    asked = ("ask", tmp_path / "data", "What is the family of 洋芋?", "--json", "--aliases", "called", "--split", "called=;")
    for refers, said in (("family=families", "nightshades"), ("family=", "K1"), ("foods.family=", "K1")):
        assert [one.get("name", one.get("literal")) for one in json.loads(run(*asked, "--refers", refers)[1])["entities"]] == [said]
    assert json.loads(run(*asked, "--without", "family")[1])["entities"] == []
    for wrong in (("--split", "called="), ("--split", "called"), ("--refers", "family"), ("--refers", "=families")):
        code, _, err = run("stats", tmp_path / "data", *wrong)
        assert code == 2 and "must be COLUMN=" in err


def test_tables_of_the_same_keys_are_said_to_be_apart(run, tmp_path):
    for name, field in (("risks", "level"), ("plugs", "volt")):
        (tmp_path / f"{name}.csv").write_text(f"country,{field}\n日本,low\n法国,high\n巴西,high\n", encoding="utf-8")
    assert "3 entities" in run("stats", str(tmp_path))[1]
    assert "6 entities" in run("stats", str(tmp_path), "--extends", "risks=")[1]
    assert run("stats", str(tmp_path), "--extends", "risks")[0] == 2


def test_the_built_in_graph_and_its_questions(run, tmp_path):
    assert run("ask", "gpu", "Who makes the Ascend 910B?")[0] == 0
    code, out, _ = run("eval", "gpu", "gpu:zh", "--n", "5", "--json", "--save", tmp_path / "run")
    assert code == 0
    assert json.loads(out)["n"] == 5
    said = json.loads(run("eval", "gpu", "gpu:zh", "--n", "5", "--json", "--compare", tmp_path / "run")[1])
    assert said["comparison"]["questions"] == 5
    assert said["comparison"]["gained"] == said["comparison"]["lost"] == []


def test_eval_prints_a_table(run, graph, tmp_path):
    questions = tmp_path / "q.jsonl"
    questions.write_text(
        '{"question": "Who directed Memento?", "answers": ["Christopher Nolan"], "topics": ["Memento"]}\n', encoding="utf-8"
    )
    code, out, _ = run("eval", graph, questions, "--explain")
    assert code == 0
    assert "hits1" in out


@pytest.mark.parametrize(
    ("args", "said"),
    [
        (("ask", "absent.tsv", "Who?"), "absent.tsv"),
        (("ask", "http://127.0.0.1:9/x.tsv", "Who?"), "http"),
        (("eval", "gpu", "absent.jsonl"), "absent.jsonl"),
        (("eval", "gpu", "gpu:en", "--compare", "absent-run"), "absent-run"),
        (("ask", "gpu", "Who?", "--hops", "9"), "hops"),
        (("ask", "gpu", "Who?" * 2000), "limit"),
        (("retrieve", "gpu", "Who makes the A100?", "--strategy", "magic"), "magic"),
        (("ask", "gpu", "Who?", "--no-such-option"), "--no-such-option"),
        (("ask", "gpu"), "QUESTION"),
        (("nonsense",), "nonsense"),
    ],
)
def test_bad_input_is_exit_code_2_and_no_traceback(run, args, said):
    code, out, err = run(*args)
    assert code == 2
    assert out == ""
    assert said.lower() in err.lower()
    assert "Traceback" not in err


class Server(BaseHTTPRequestHandler):
    """Says the same to everyone, and keeps what it was asked."""

    seen: ClassVar[list[tuple[str, str, dict]]] = []

    def do_POST(self) -> None:
        body = json.loads(self.rfile.read(int(self.headers["content-length"])))
        self.seen.append((self.path, self.headers.get("authorization", ""), body))
        said = (
            {"text": "Christopher Nolan [1]"}
            if self.path.endswith("/v1/completions")
            else {"message": {"content": "Christopher Nolan [1]"}}
        )
        out = json.dumps({"choices": [{"finish_reason": "stop"} | said]}).encode()
        self.send_response(200)
        self.send_header("content-type", "application/json")
        self.send_header("content-length", str(len(out)))
        self.end_headers()
        self.wfile.write(out)

    def log_message(self, *_: object) -> None: ...


@pytest.fixture
def server():
    pytest.importorskip("openai")
    http = ThreadingHTTPServer(("127.0.0.1", 0), Server)
    threading.Thread(target=http.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()
    yield f"http://127.0.0.1:{http.server_port}/v1"
    http.shutdown()
    http.server_close()
    Server.seen.clear()


def test_a_model_behind_a_server(run, graph, server, monkeypatch):
    monkeypatch.setenv("MY_KEY", "sk-very-secret")
    asked = ("ask", graph, "Who directed Memento?", "--json", "--llm", "qwen3", "--base-url", server)
    code, out, err = run(*asked, "--key-env", "MY_KEY")
    assert (code, err) == (0, "")
    assert json.loads(out)["citations"][0]["served"]
    assert "very-secret" not in out
    path, key, body = Server.seen[0]
    assert (path, key, body["model"]) == ("/v1/chat/completions", "Bearer sk-very-secret", "qwen3")
    assert run(*asked, "--completions")[0] == 0
    path, key, body = Server.seen[1]
    assert path == "/v1/completions"
    assert "secret" not in key
    assert "Memento directed by: Christopher Nolan [1]" in body["prompt"]


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (("--base-url", "http://127.0.0.1:9/v1"), "--llm NAME"),
        (("--llm", "m", "--key-env", "NO_SUCH_KEY"), "--base-url"),
        (("--llm", "m", "--base-url", "http://127.0.0.1:9/v1", "--key-env", "NO_SUCH_KEY"), "NO_SUCH_KEY"),
        (("--llm", "m", "--base-url", "ftp://x"), "base_url"),
    ],
)
def test_a_server_that_cannot_be(run, graph, options, said):
    code, out, err = run("ask", graph, "Who directed Memento?", *options)
    assert (code, out) == (2, "")
    assert said in err


def test_a_model_folder_that_is_not_there(run, graph):
    pytest.importorskip("transformers")
    code, _, err = run("ask", graph, "Who directed Memento?", "--llm", "./no-such-model")
    assert code == 4
    assert "there is no model folder" in err


def test_a_bad_line_is_named(run, tmp_path):
    path = tmp_path / "bad.tsv"
    path.write_text("a\tb\tc\na\tb\n", encoding="utf-8")
    code, _, err = run("ask", path, "Who?")
    assert code == 2
    assert "bad.tsv" in err
    assert "2" in err


@pytest.mark.parametrize(
    ("error", "code"),
    [(GraphTimeout("slow"), 3), (ModelUnavailable("gone"), 3), (PermissionError(13, "no", "x"), 2), (KeyboardInterrupt(), 130)],
)
def test_errors_have_their_exit_codes(run, graph, monkeypatch, error, code):
    def fails(*_args, **_options):
        raise error

    monkeypatch.setattr(kgllm, "load", fails)
    got, out, err = run("ask", graph, "Who?", "--json")
    assert (got, out) == (code, "")
    assert "error" in err


def test_an_interrupted_training_says_how_it_goes_on(run, monkeypatch, tmp_path):
    import kgllm.tuning

    rows = tmp_path / "rows.jsonl"
    rows.write_text('{"question": "谁导演了流浪地球？", "answers": ["郭帆"]}\n', encoding="utf-8")

    def stops(*_args, **_options):
        raise KeyboardInterrupt

    monkeypatch.setattr(kgllm.tuning, "tune", stops)
    got, out, err = run("tune", "gemma3-270m", rows, tmp_path / "adapter")
    assert (got, out) == (130, "")
    assert "goes on from its last checkpoint" in err


def test_what_a_graph_holds_moves_no_cursor(run, tmp_path):
    path = tmp_path / "evil.tsv"
    path.write_text("Memento\tdirected by\t\x1b[2J[red]Nolan[/red]\u202e\n", encoding="utf-8")
    out = run("ask", path, "Who directed Memento?")[1]
    assert "\x1b" not in out
    assert "\u202e" not in out
    assert "[red]Nolan[/red]" in out


def test_in_a_process_of_its_own(graph):
    def go(*args: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run([sys.executable, "-m", "kgllm", *args], capture_output=True, text=True, cwd=ROOT, check=False)

    asked = go("ask", graph, "Who directed Memento?", "--json")
    assert (asked.returncode, asked.stderr) == (0, "")
    assert json.loads(asked.stdout)["answer"].startswith("Christopher Nolan")
    assert go("--version").stdout.strip() == f"kgllm {kgllm.__version__}"
    assert "compile" in go("--help").stdout


def test_help_loads_nothing_heavy():
    code = (
        "import sys\nfrom kgllm.cli import main\nmain(['ask', '--help'])\n"
        "print([name for name in ('numpy', 'spacy', 'networkx', 'torch', 'rdflib') if name in sys.modules])"
    )
    said = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=ROOT).stdout
    assert said.strip().endswith("[]")


def test_questions_are_written_to_a_new_file(run, tmp_path):
    out = tmp_path / "asked.jsonl"
    code, said, err = run("questions", "gpu", out, "--n", "12", "--kind", "one_hop", "--language", "zh", "--as", "alpaca", "--json")
    assert (code, err) == (0, "")
    assert json.loads(said)["kinds"] == {"one_hop": 12}
    rows = [json.loads(line) for line in out.read_text(encoding="utf-8").splitlines()]
    assert [set(row) for row in rows] == [{"instruction", "input", "output"}] * 12
    assert run("questions", "gpu", out)[0] == 2  # there is something at that place
    assert run("questions", "gpu", tmp_path / "one.jsonl", "--n", "1")[1].startswith("1 question in ")
    assert run("questions", "gpu", tmp_path / "o.jsonl", "--as", "novel")[0] == 2
    assert run("questions", "gpu", tmp_path / "o.jsonl", "--split-by", "luck")[0] == 2


def test_what_was_learned_is_kept_and_used(run, tmp_path):
    facts = [f"Alpha {n}\t{relation}\t{end} {n % 5}" for n in range(24) for relation, end in (("zorbed", "Beta"), ("quibble", "Gamma"))]
    (tmp_path / "graph.tsv").write_text("\n".join(facts) + "\n", encoding="utf-8")
    asked = [
        {"question": f"what {verb} Alpha {n}", "answers": [f"{end} {n % 5}"]}
        for n in range(16)
        for verb, end in (("bakes", "Beta"), ("paints", "Gamma"))
    ]
    (tmp_path / "asked.jsonl").write_text("\n".join(map(json.dumps, asked)), encoding="utf-8")
    code, said, _ = run("fit", tmp_path / "graph.tsv", tmp_path / "asked.jsonl", "--out", tmp_path / "scorer", "--json")
    assert code == 0
    assert json.loads(said)["kept"] == "learned"
    assert (tmp_path / "scorer" / "curve.csv").read_text(encoding="utf-8").startswith("epoch,loss\n1,")
    drawn = (tmp_path / "scorer" / "curve.svg").read_text(encoding="utf-8")
    assert xml.etree.ElementTree.fromstring(drawn).tag.endswith("svg") and "<polyline" in drawn and "labelled (" in drawn
    for verb, relation in (("bakes", "zorbed"), ("paints", "quibble")):
        found = json.loads(run("retrieve", tmp_path / "graph.tsv", f"what {verb} Alpha 20", "--scorer", tmp_path / "scorer", "--json")[1])
        assert found["facts"][0]["relation"]["id"] == relation
    assert run("fit", tmp_path / "graph.tsv", "--out", tmp_path / "scorer")[0] == 2  # there is something at that place


def kgllm_process(*args: object, **options: object) -> subprocess.CompletedProcess[bytes]:
    return subprocess.run([sys.executable, "-m", "kgllm", *map(str, args)], capture_output=True, check=False, cwd=ROOT, **options)


def test_a_terminal_without_arrows_shows_their_escapes(graph):
    said = kgllm_process("ask", graph, "流浪地球的导演是谁？", env=os.environ | {"PYTHONIOENCODING": "ascii"})
    assert (said.returncode, said.stderr) == (0, b"")
    assert said.stdout.startswith(b"\\u90ed\\u5e06 [1]")


def test_a_pipe_gets_each_line_whole(graph, tmp_path):
    many = tmp_path / "many.tsv"
    many.write_text("".join(f"Person number {i}\tworks for\tAcme\n" for i in range(9)), encoding="utf-8")
    said = kgllm_process("ask", many, "Who works for Acme?", env={k: v for k, v in os.environ.items() if k != "COLUMNS"})
    assert said.stdout.decode().splitlines()[0].count("Person number") == 9


def test_a_very_long_answer_is_cut_where_it_is_shown_and_whole_in_json(run, tmp_path):
    book = tmp_path / "book.tsv"
    book.write_text("Emma\ttext\t" + "once upon a time " * 5000 + "\n", encoding="utf-8")
    assert len(run("ask", book, "What is the text of Emma?")[1]) < 10_000
    assert len(json.loads(run("ask", book, "What is the text of Emma?", "--json")[1])["answer"]) > 80_000


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="no /dev/full here")
@pytest.mark.parametrize("args", [["--help"], ["ask", "gpu", "Who makes the A100?"], ["ask", "gpu", "Who makes the A100?", "--json"]])
def test_a_full_disk_is_a_message(args):
    with Path("/dev/full").open("wb") as full:
        said = subprocess.run([sys.executable, "-m", "kgllm", *args], stdout=full, stderr=subprocess.PIPE, check=False, cwd=ROOT)
    assert said.returncode == 2
    assert b"No space left" in said.stderr
    assert b"Traceback" not in said.stderr


def test_an_interrupt_before_a_command_has_begun_is_no_traceback(monkeypatch):
    from kgllm.__main__ import main as program

    monkeypatch.setattr("kgllm.cli.main", lambda: (_ for _ in ()).throw(KeyboardInterrupt))
    assert program() == 130


def test_a_question_from_the_standard_input_and_a_page(graph, tmp_path):
    page = tmp_path / "answer.html"
    said = kgllm_process("ask", graph, "-", "--page", page, input="流浪地球的导演是谁？\n".encode())
    assert said.returncode == 0
    assert said.stdout.decode().startswith("郭帆 [1]")
    text = page.read_text(encoding="utf-8")
    assert text.startswith('<!DOCTYPE html>\n<html><head><meta charset="utf-8"><title>流浪地球的导演是谁？</title>')
    assert "<svg" in text
    assert kgllm_process("ask", graph, "-", input=b"\n").returncode == 2
    assert kgllm_process("ask", graph, "--batch", page, "--out", tmp_path / "o", "--page", page).returncode == 2
