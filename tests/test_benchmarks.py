"""The benchmarks run by name, in pieces, and go on where they were stopped."""

from __future__ import annotations

import json
from types import SimpleNamespace

import pytest

from benchmarks import holes, misses, models, questions
from benchmarks.__main__ import main, names
from benchmarks.sets import SETS


def test_every_benchmark_that_the_docs_name_is_there(capsys):
    assert {"questions", "misses", "models", "linking", "scale", "peers"} <= set(names())
    assert main(["nonsense"]) == 2
    assert "there are:" in capsys.readouterr().err


def test_questions_beside_their_baselines(capsys):
    assert questions.main(["--n", "6", "--only", "gpu, Chinese", "--with", "words"]) == 0
    out = capsys.readouterr().out
    assert "| gpu, Chinese | words | 6 | 0 |" in out
    assert "baseline, a random fact of the topic" in out
    assert "baseline, the relation that shares most characters" in out


def test_misses_have_a_cause(capsys):
    assert misses.main(["--n", "40", "--only", "gpu, English"]) == 0
    lines = capsys.readouterr().out.splitlines()
    row = [cell.strip() for cell in lines[2].strip("|").split("|")]
    assert row[:3] == ["gpu, English", "words", "40"]
    assert int(row[3]) == sum(int(cell or 0) for cell in row[4:])
    assert sum(line.startswith("- gpu, English, words, ") for line in lines) >= min(int(row[3]), 1)


def test_a_stopped_run_goes_on(capsys, tmp_path, monkeypatch):
    monkeypatch.setattr("benchmarks.sets.PIECE", 4)
    options = ["--n", "8", "--only", "gpu, English", "--with", "words", "--save", str(tmp_path)]
    assert questions.main([*options, "--minutes", "0"]) == 0
    assert "the same command goes on" in capsys.readouterr().out
    assert questions.main(options) == 0
    whole = capsys.readouterr().out
    folders = sorted(path.name for path in tmp_path.glob("*/*"))
    assert folders == ["000000", "000004"]

    def asked(*_, **__):
        raise AssertionError("asked again")

    monkeypatch.setattr("kgllm.evaluate", asked)
    assert questions.main(options) == 0
    assert capsys.readouterr().out == whole


def test_a_model_with_and_without_the_graph(capsys, tmp_path):
    options = ["--n", "5", "--only", "gpu", "--model", "echo", "--tokens", "1024", "--save", str(tmp_path)]
    assert models.main([*options, "--minutes", "0"]) == 0
    assert "the same command goes on" in capsys.readouterr().out
    assert models.main(options) == 0
    first = capsys.readouterr().out
    assert "| gpu, English | 5 of 5 |" in first
    assert "| gpu, Chinese | 5 of 5 |" in first
    for kept in tmp_path.iterdir():  # a kill in the middle of a line
        kept.write_text("\n".join(kept.read_text(encoding="utf-8").splitlines()[:-1]) + '\n{"question": "Wh', encoding="utf-8")
    assert models.main(options) == 0
    again = capsys.readouterr().out
    assert [line.rpartition("|")[0].rpartition("|")[0] for line in again.splitlines()] == [line.rpartition("|")[0].rpartition("|")[0] for line in first.splitlines()]  # fmt: skip


def test_pathquestion_stands_on_both_graphs():
    graphs = {(one.file, one.graph) for one in SETS if "pathquestion" in one.graph}
    for hops in (2, 3):
        file = f"pathquestion/pq{hops}h.{{}}.jsonl"
        assert {(file, f"pathquestion/pq{hops}h.tsv"), (file, "pathquestion/freebase13.tsv")} <= graphs


@pytest.mark.parametrize("name", ["questions", "misses", "models"])
def test_what_a_benchmark_takes(name, capsys):
    with pytest.raises(SystemExit) as end:
        main([name, "--", "--help"])
    assert end.value.code == 0
    said = capsys.readouterr().out
    assert all(option in said for option in ("--split", "--n", "--only", "--save", "--minutes"))


def test_answers_are_taken_out_of_a_graph():
    import kgllm
    from kgllm.evaluation.datasets import questions_of

    graph = kgllm.load(
        [
            ("Memento", "directed by", "Nolan"),
            ("Memento", "year", "2000"),
            ("Inception", "directed by", "Nolan"),
            ("Jaws", "directed by", "Spielberg"),
        ]
    )
    asked = questions_of(
        [
            {"question": "Who directed Memento?", "answers": ["Nolan"], "topics": ["Memento"]},
            {"question": "Who directed Jaws?", "answers": ["Spielberg"], "topics": ["Jaws"]},  # of which nothing would be left
        ]
    )
    left = holes.without_answers(graph, asked)
    assert [question.question for question in left] == ["Who directed Memento?"]
    there = sorted((fact.subject.name, fact.object.name) for fact in graph.scan().items)
    assert there == [("Inception", "Nolan"), ("Jaws", "Spielberg"), ("Memento", "2000")]


def test_curves_are_drawn_from_the_lines_of_a_run(tmp_path):
    from benchmarks._figure import draw, panels_of
    from benchmarks._trials import add, lines_of

    def look(perplexity, scale=1.0):
        return {"scale": scale, "unseen": 0.9, "reverse": 0.8, "known, two shots": 0.7, "perplexity": perplexity}

    runs = {"untuned": [look(10.0)], "middle": [look(10.2), look(10.1, 0.5)], "KL weight 0": [look(30.0)], "known 0 to 12": [look(10.3)]}
    for name, looks in runs.items():
        add(tmp_path / "curves.jsonl", {"name": name, "looks": looks})
    kl, known, dial = panels_of(lines_of(tmp_path / "curves.jsonl"))
    assert (kl["ticks"], kl["lines"][-1]["y"], kl["right"]) == (["0", "1"], [200.0, 2.0], [-5.0, 25.0])
    assert "perplexity at 0: +200%" in kl["title"]
    assert (known["ticks"], known["lines"][-1]["y"]) == (["0", "8"], [3.0, 2.0])
    assert (dial["ticks"], dial["lines"][-1]["y"]) == (["0.5", "1"], [1.0, 2.0])
    lent = {"untuned": [look(10.0)], "curves {}": [look(10.2)], 'curves {"kl": 3.0}': [look(10.1)]}
    weight, _ = panels_of({name: {"looks": looks} for name, looks in lent.items()})
    assert (weight["ticks"], weight["lines"][-1]["y"]) == (["1.0", "3.0"], [2.0, 1.0])
    (tmp_path / "figure.json").write_text(json.dumps({"panels": [kl, known, dial]}), encoding="utf-8")
    assert "perplexity at 0: +200%" in draw(tmp_path / "figure.json").read_text(encoding="utf-8")


def test_a_long_recipe_is_held_at_written_passages_as_teach_holds_it(tmp_path, monkeypatch):
    from benchmarks import tuning
    from kgllm.tuning import TuneSettings
    from kgllm.tuning.courses.general import prose, too_few
    from kgllm.tuning.rows import Row

    held = []
    way = SimpleNamespace(rows=[], known=[], known_held_out=[], kept=[], held_out=[], served=0, knew=SimpleNamespace(counts=dict))
    monkeypatch.setattr(tuning, "_base", lambda given: SimpleNamespace(model=None, tokenizer=None))
    monkeypatch.setattr(tuning, "Remembering", lambda *_: None)
    monkeypatch.setattr(tuning, "course", lambda *_, **__: way)
    monkeypatch.setattr(tuning, "tune", lambda *_, general, **__: held.extend(general))
    monkeypatch.setattr(tuning, "written", lambda base, *, keep, languages: [Row(completion="By the model itself.", source="written")])
    options = ["--facts", "4", "--steps", "400", "--only-train", "--out", str(tmp_path)]
    assert tuning.main(["recipe", *options]) == 0
    assert [row.source for row in held] == ["prose"] * len(prose("hold")) + ["written"]
    assert not too_few(prose("hold"), TuneSettings(steps=60))
    assert not too_few(prose("hold"), TuneSettings(steps=400, kl=0.0))
