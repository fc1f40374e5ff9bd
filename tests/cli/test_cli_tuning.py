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
