"""The tuning commands from outside."""

from __future__ import annotations

import json

import pytest

from kgllm.cli import main


@pytest.fixture
def run(capsysbinary):
    def go(*args: object) -> tuple[int, str, str]:
        code = main([str(arg) for arg in args])
        out, err = capsysbinary.readouterr()
        return code, out.decode(), err.decode()

    return go


def test_plan_for_one_gpu(run):
    code, out, _ = run("plan", "qwen2.5-7b", "--gpu", "RTX 4090", "--method", "qlora", "--train-tokens", 10**6)
    assert code == 0
    assert "What takes most:" in out
    code, out, _ = run("plan", "llama-3.1-70b", "--gpu", "RTX 4090", "--json")
    said = json.loads(out)
    assert (code, said["fits"], said["hurts"]) == (1, False, "weights")


def test_plan_for_all_gpus(run):
    code, out, _ = run("plan", "qwen2.5-0.5b", "--json")
    table = json.loads(out)["largest_batch"]
    assert code == 0
    assert table["lora"]["H100"] > table["lora"]["T4"] > 0
    assert "nothing on: Quadro 7000" in run("plan", "qwen2.5-0.5b")[1]


def test_plan_says_what_is_wrong(run):
    code, _, err = run("plan", "no/such/model.json", "--gpu", "A100")
    assert code == 2
    assert "Traceback" not in err
    code, _, err = run("plan", "llama-3.1-8b", "--gpu", "GTX 1")
    assert code == 2
    assert "one of Quadro 7000" in err


def test_advise(run):
    code, out, _ = run("advise", "--rows", 5000, "--offline", "--json")
    assert code == 0
    assert json.loads(out)["method"] == "lora"
    assert run("advise", "--changes", "hourly")[0] == 2


@pytest.fixture
def base(tiny, tmp_path) -> str:
    model, tokenizer = tiny(chat=False)
    model.save_pretrained(tmp_path / "base")
    tokenizer.save_pretrained(tmp_path / "base")
    return str(tmp_path / "base")


@pytest.fixture
def questions(tmp_path) -> str:
    rows = [{"question": f"Who directed Film {letter}?", "answers": [name]} for letter, name in zip("ABCD", ("Ana", "Bo", "Cy", "Di"))]
    (tmp_path / "rows.jsonl").write_text("\n".join(map(json.dumps, rows)), encoding="utf-8")
    return str(tmp_path / "rows.jsonl")


def test_probe_tune_and_export(run, base, questions, tmp_path):
    code, out, _ = run("probe", base, questions, "--json")
    assert (code, json.loads(out)["facts"]) == (0, {"known": 0, "maybe": 0, "unknown": 4})
    code, out, _ = run("tune", base, questions, tmp_path / "out", "--dry")
    assert code == 0
    assert "Ana" in out
    code, out, _ = run("tune", base, questions, tmp_path / "out", "--steps", 2, "--batch", 2, "--length", 64, "--rank", 2, "--json")
    assert (code, json.loads(out)["steps"]) == (0, 2)
    code, out, _ = run("export", tmp_path / "out", tmp_path / "merged")
    assert code == 0
    assert (tmp_path / "merged" / "model.safetensors").is_file()
    code, _, err = run("export", tmp_path / "out", tmp_path / "merged")
    assert (code, "export into a new folder" in err) == (2, True)
    code, _, err = run("tune", base, questions, tmp_path / "out", "--steps", 2)
    assert code == 2
    assert "already something" in err


def test_settings_that_cannot_be_are_refused_before_anything_is_loaded(run, base, questions, tmp_path):
    code, _, err = run("tune", base, questions, tmp_path / "out", "--method", "prompt", "--packing")
    assert code == 2
    assert "packing does not go with prompt" in err
    code, _, err = run("tune", base, questions, tmp_path / "out", "--ratio", "1:3")
    assert (code, "--mix FILE" in err) == (2, True)
    code, _, err = run("plan", "qwen2.5-0.5b", "--method", "lara")
    assert (code, "no method 'lara'" in err) == (2, True)
    code, _, err = run("tune", base, questions, tmp_path / "out", "--mix", questions, "--ratio", "1-5")
    assert code == 2
    assert "1:5" in err


@pytest.mark.slow
def test_eval_of_a_tuned_model(run, base, questions, tmp_path):
    graph = tmp_path / "films.tsv"
    graph.write_text("Film A\tdirected by\tAna\nFilm B\tdirected by\tBo\n", encoding="utf-8")
    assert run("tune", base, questions, tmp_path / "out", "--steps", 2, "--batch", 2, "--length", 64, "--rank", 2)[0] == 0
    code, out, _ = run("eval", graph, questions, "--model", tmp_path / "out", "--save", tmp_path / "report", "--json")
    assert code == 0
    told = json.loads(out)
    assert set(told["figures"]) == {"untuned", "untuned + facts", "tuned", "tuned + facts"}
    assert {"known_2_shots_before", "known_0_shots_after", "perplexity_rise"} <= set(told["kept"])  # what was kept in general
    assert (tmp_path / "report" / "report.md").is_file()
