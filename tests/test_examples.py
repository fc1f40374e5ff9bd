"""Every example runs and says what it is there to say."""

from __future__ import annotations

import importlib.util
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
RUN = {
    "ask",
    "link_with_spacy",
    "from_networkx",
    "own_model",
    "evaluate",
    "demo",
    "openai_server",
    "bring_your_own_turtle",
    "ask_a_sparql_endpoint",
}


def example(name: str):
    spec = importlib.util.spec_from_file_location(f"example_{name}", ROOT / "examples" / f"{name}.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_every_example_is_run_here():
    assert {path.stem for path in (ROOT / "examples").glob("*.py")} == RUN


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
    assert "→ 流浪地球" in out


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
def test_ask_a_sparql_endpoint(capsys):
    from servers.java import NoJavaError

    try:
        example("ask_a_sparql_endpoint").main([])
    except NoJavaError as error:
        pytest.skip(f"no Fuseki: {error}")
    out = capsys.readouterr().out
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


@pytest.mark.model
@pytest.mark.slow
def test_demo_with_the_real_model(capsys):
    assert example("demo").main(["Which NVIDIA card is the Ascend 910B the counterpart of?"]) == 0
    out = capsys.readouterr().out
    assert "tokens" in out
    assert "prompt:" in out
