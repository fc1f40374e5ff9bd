"""Every example runs and says what it is there to say."""

from __future__ import annotations

import importlib.util
import subprocess
import sys
from pathlib import Path

import pytest
from rich.console import Console

import kgllm
from kgllm.errors import ModelTimeout

ROOT = Path(__file__).resolve().parent.parent
RUN = {
    "ask",
    "link_with_spacy",
    "neo4j_yours",
    "from_networkx",
    "from_tables",
    "own_model",
    "evaluate",
    "demo",
    "openai_server",
    "teach",
    "tune_and_resume",
    "tune_two_processes",
    "export_adapter",
    "update_adapter",
    "ratio_sweep",
    "bring_your_own_turtle",
    "ask_a_sparql_endpoint",
    "fit",
}
ENGINES = {"bulk_ray", "bulk_spark"}  # run in tests/test_bulk_engines.py


def example(name: str):
    spec = importlib.util.spec_from_file_location(f"example_{name}", ROOT / "examples" / f"{name}.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_every_example_is_run_here():
    assert {path.stem for path in (ROOT / "examples").glob("*.py")} == RUN | ENGINES


def test_ask(capsys):
    example("ask").main()
    out = capsys.readouterr().out
    assert "Christopher Nolan [1]" in out
    assert "郭帆 [1]" in out
    assert "abstained: below_threshold" in out


def test_link_with_spacy(capsys):
    example("link_with_spacy").main()
    out = capsys.readouterr().out
    assert "→ Christopher Nolan" in out
    assert [line.split() for line in out.splitlines() if "→" in line and "郭帆" in line] == [["'郭帆'", "13–15", "→", "郭帆"]]
    assert "→ 流浪地球" in out


def test_neo4j_yours_says_how_it_is_called(capsys):
    assert example("neo4j_yours").main([]) == 0  # with a server: tests/graphs/bolt/test_neo4j_movies.py
    assert "neo4j://localhost:7687" in capsys.readouterr().out


def test_from_tables(capsys):
    example("from_tables").main()
    out = capsys.readouterr().out
    for line in (
        "born?  1970-07-30 [2]",
        "film?  Memento (2000) [1]",
        "流浪地球的导演是谁？  郭帆 [1]",
        "like?  Lamp [1], Desk [2]",
        "Lamp?  20.5 [1]",
        "王伟在哪个城市？  上海 [1]",
    ):
        assert line in out


def test_from_networkx(capsys):
    example("from_networkx").main()
    out = capsys.readouterr().out
    assert "Who wrote Memento?  Christopher Nolan" in out
    assert "1970" in out
    assert "Inception" in out


def test_bring_your_own_turtle(capsys):
    example("bring_your_own_turtle").main([])
    out = capsys.readouterr().out
    assert "Frant Gwo [1]" in out
    assert "2019-02-05" in out
    assert "after an edit: Duncan Jones [1]" in out
    assert "query: Moon by Duncan Jones" in out


@pytest.mark.sparql
@pytest.mark.slow
def test_ask_a_sparql_endpoint(tmp_path):
    """As its docstring says: as a script, from anywhere."""
    run = subprocess.run(
        [sys.executable, ROOT / "examples" / "ask_a_sparql_endpoint.py"], capture_output=True, text=True, cwd=tmp_path, check=False
    )
    if "NoJavaError" in run.stderr:
        pytest.skip(f"no Fuseki: {run.stderr.splitlines()[-1]}")
    assert run.returncode == 0, run.stderr
    out = run.stdout
    assert "4 facts" in out
    assert "Who directed Inception?  Christopher Nolan [1]" in out
    assert "郭帆" in out
    assert "query: Inception, Memento" in out


def test_own_model(capsys):
    example("own_model").main()
    out = capsys.readouterr().out
    assert "Inception — directed by → Christopher Nolan" in out
    assert "[7] was never served" in out
    assert "not in the evidence: Steven Spielberg" in out


def test_evaluate(capsys, tmp_path):
    example("evaluate").main(tmp_path)
    out = capsys.readouterr().out
    assert "hits1" in out
    assert "questions in both runs" in out
    assert (tmp_path / "three-hops" / "summary.json").is_file()


def test_demo_without_a_model(capsys):
    assert example("demo").main(["--no-model"]) == 0
    out = capsys.readouterr().out
    assert "A100" in out
    assert "华为" in out or "Huawei" in out
    assert "2020" in out


def test_a_model_that_is_too_slow_does_not_end_the_demo(capsys):
    def slow(prompts):
        raise ModelTimeout("the model did not finish within 300 s", hint="wait")

    demo, graph = example("demo"), kgllm.load([("Inception", "directed by", "Christopher Nolan")])
    demo.show(Console(highlight=False), kgllm.GraphQA(graph), kgllm.GraphQA(graph, llm=slow), "Who directed Inception?")
    out = capsys.readouterr().out
    assert "Christopher Nolan [1]" in out
    assert "did not finish within 300 s" in out


def test_the_demo_says_where_a_model_cites_a_fact_that_does_not_hold_its_answer(capsys):
    demo, graph = example("demo"), kgllm.load([("星际穿越", "导演", "诺兰"), ("星际穿越", "编剧", "乔纳森"), ("诺兰", "弟弟", "乔纳森")])
    for text, told in (("诺兰 [1]", False), ("乔纳森 [1]", True)):
        worded = kgllm.GraphQA(graph, llm=lambda prompts, text=text: [text] * len(prompts))
        demo.show(Console(highlight=False), kgllm.GraphQA(graph), worded, "星际穿越的导演是谁？")
        out = capsys.readouterr().out
        assert "[1] 星际穿越 — 导演 → 诺兰" in out
        assert ("in no fact that it cites: 乔纳森" in out) is told


@pytest.mark.model
@pytest.mark.slow
def test_demo_with_the_real_model(capsys):
    assert example("demo").main(["Which NVIDIA card is the Ascend 910B the counterpart of?"]) == 0
    out = capsys.readouterr().out
    assert "tokens" in out
    assert "prompt:" in out


@pytest.mark.slow
@pytest.mark.timeout(900)  # 90 s on an idle machine, several times that beside other work
def test_teach(capsys, tmp_path, monkeypatch):
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    monkeypatch.setattr("kgllm.tuning.courses.curriculum._DRAWN", 12)  # few wordings do here, and drawing them takes a third of the time
    adapter = example("teach").main(folder=str(tmp_path / "out"), steps=4)
    out = capsys.readouterr().out
    assert out.startswith("# Verdict: ")
    assert "unseen wording" in out
    assert (adapter / "kgllm.json").is_file()


@pytest.mark.slow
def test_tune_and_resume(capsys):
    example("tune_and_resume").main()
    out = capsys.readouterr().out
    assert "checkpoints: ['step-00000005']" in out
    assert "bit for bit: True" in out


@pytest.mark.slow
def test_export_adapter(capsys):
    example("export_adapter").main()
    out = capsys.readouterr().out
    assert "merged: ['model.safetensors']" in out
    assert "films-Q8_0.gguf" in out
    assert "('films', 'songs')" in out


@pytest.mark.slow
def test_update_adapter(capsys):
    example("update_adapter").main()
    out = capsys.readouterr().out
    assert "changed: Oslo: Dora" in out
    assert "added: Bern: Switzerland" in out
    assert "# Verdict: " in out


@pytest.mark.slow
def test_tune_two_processes(capsys):
    example("tune_two_processes").main()
    assert "2 processes, 4 steps, adapter: out" in capsys.readouterr().out


@pytest.mark.slow
def test_ratio_sweep(capsys, tmp_path):
    assert example("ratio_sweep").main(str(tmp_path)).stat().st_size > 1000
    assert "1 : 5 {'domain': 6, 'general': 30, 'each_general_row_stands': 1.0}" in capsys.readouterr().out


def test_fit(capsys):
    example("fit").main([])
    out = capsys.readouterr().out
    assert "12 questions for training" in out
    assert "taught by labels" in out
    assert "expected calibration error" in out
    assert "'developed' (weight 1.00): —developer→ 1.00" in out


def test_fit_on_a_graph_of_your_own(capsys, tmp_path):
    facts = [f"片{n}\t导演\t人{n % 7}\n片{n}\t类型\t类{n % 3}\n" for n in range(40)]
    (tmp_path / "films.tsv").write_text("".join(facts), encoding="utf-8")
    (tmp_path / "asked.jsonl").write_text(
        "\n".join(f'{{"question": "片{n}是谁拍的？", "answers": ["人{n % 7}"]}}' for n in range(30)), encoding="utf-8"
    )
    example("fit").main([str(tmp_path / "films.tsv"), str(tmp_path / "asked.jsonl")])
    out = capsys.readouterr().out
    assert "taught by labels" in out
    assert " —导演→: 人" in out or " —类型→: 类" in out or "←导演—: 片" in out or "←类型—: 片" in out
