"""The tuning commands from outside."""

from __future__ import annotations

import importlib
import json

import pytest

from kgllm.cli import main
from kgllm.errors import MissingExtraError


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
    assert said["gpu_source"] in run("plan", "llama-3.1-70b", "--gpu", "RTX 4090")[1]


def test_plan_counted_on_the_meta_device_says_so(run):
    code, out, _ = run("plan", "qwen2.5-0.5b", "--gpu", "T4", "--length", 64, "--exact", "--json")
    assert (code, json.loads(out)["notes"][0].split(":")[0]) == (0, "activations are counted by a step on the meta device")
    code, _, err = run("plan", "qwen2.5-0.5b", "--gpu", "T4", "--method", "freeze", "--rank", 8)
    assert (code, "rank is of lora, qlora, dora, rslora: it would change nothing for freeze" in err) == (2, True)


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


def test_a_plan_stands_on_one_line_in_a_terminal(run, monkeypatch):
    monkeypatch.setenv("COLUMNS", "80")
    assert "length 1024 × batch 1" in run("plan", "llama-3.1-8b", "--gpu", "H100")[1].splitlines()[0]


def missing(package):
    def require(module, extra):
        if module.partition(".")[0] == package:
            raise MissingExtraError(f"this part of kgllm needs the package {package!r}", hint=f'pip install "kgllm[{extra}]"')
        return importlib.import_module(module)

    return require


def test_plan_says_what_to_install_and_what_needs_nothing(run, monkeypatch):
    monkeypatch.setattr("kgllm.tuning.planning.exact.require", missing("transformers"))
    code, _, err = run("plan", "gpt2")
    assert code == 2 and 'pip install "kgllm[train]"' in err and "llama-3.1-8b" in err
    assert run("plan", "llama-3.1-8b", "--gpu", "H100")[0] == 0


@pytest.mark.parametrize("package", ["torch", "peft"])
def test_a_missing_package_is_told_before_the_graph_is_read(run, monkeypatch, package, tmp_path):
    monkeypatch.setattr("kgllm.tuning.weights.base.require", missing(package))
    code, _, err = run("teach", tmp_path / "large.tsv", "gemma3-270m", tmp_path / "taught")
    assert (code, repr(package) in err, "large.tsv" in err) == (2, True, False)
    (tmp_path / "q.jsonl").write_text('{"question": "Who directed Inception?", "answers": ["Christopher Nolan"]}\n', encoding="utf-8")
    code, _, err = run("eval", tmp_path / "large.tsv", tmp_path / "q.jsonl", "--model", tmp_path / "adapter")
    assert (code, repr(package) in err, "large.tsv" in err) == (2, True, False)


def test_a_missing_model_is_told_before_the_graph_is_read(run, tmp_path):
    code, _, err = run("teach", tmp_path / "large.tsv", tmp_path / "model", tmp_path / "taught")
    assert (code, "no model folder" in err, "large.tsv" in err) == (3, True, False)


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


def test_a_dry_run_reads_no_weights(run, base, questions, tmp_path):
    """Of a model of many gigabytes, too, it shows in a second what would be trained."""
    with_weights = run("tune", base, questions, tmp_path / "out", "--dry")[1]
    for file in tmp_path.glob("base/*.safetensors"):
        file.unlink()
    assert run("tune", base, questions, tmp_path / "out", "--dry") == (0, with_weights, "")
    assert "Di" not in with_weights  # of three rows
    assert "4 rows" in with_weights
    code, _, err = run("tune", tmp_path / "none", questions, tmp_path / "out", "--dry")
    assert (code, "no model folder" in err) == (3, True)
    (tmp_path / "empty").mkdir()
    code, _, err = run("tune", tmp_path / "empty", questions, tmp_path / "out", "--dry")
    assert (code, "cannot be loaded" in err) == (3, True)


def test_what_was_mixed_in_is_told_and_stands_in_the_card(run, base, questions, tmp_path):
    (tmp_path / "general.jsonl").write_text('{"text": "The moon is round."}\n{"text": "Water is wet."}\n', encoding="utf-8")
    options = ("--mix", tmp_path / "general.jsonl", "--ratio", "1:3", "--steps", 2, "--batch", 2, "--length", 64, "--rank", 2)
    code, out, _ = run("tune", base, questions, tmp_path / "out", *options)
    assert code == 0
    assert "mixed: 4 rows of the domain and 12 general ones, each of 2 6 times" in " ".join(out.split())
    card = (tmp_path / "out" / "README.md").read_text(encoding="utf-8")
    assert "- Mixed in: 12 general rows beside 4 of the domain (1 : 3), each 6 times" in card
    assert "ratio" in card
    code, out, _ = run("tune", base, questions, tmp_path / "again", *options, "--json")
    assert json.loads(out)["mix"]["general"] == 12


def test_steps_that_were_skipped_are_told(run, base, questions, tmp_path, monkeypatch):
    from kgllm.tuning.training import trainer

    real = trainer.losses
    monkeypatch.setattr(trainer, "losses", lambda *args: tuple(one * float("nan") if i == 0 else one for i, one in enumerate(real(*args))))
    code, out, _ = run("tune", base, questions, tmp_path / "out", "--steps", 2, "--batch", 2, "--length", 64, "--rank", 2)
    assert code == 0
    assert "2 steps skipped: the loss or its gradient was no number" in " ".join(out.split())


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


@pytest.mark.parametrize(
    ("option", "file"), [("--kl", "--general"), ("--passages", "--general"), ("--known-rows", "--known"), ("--budget", "--general"), ("--known-budget", "--known-held-out"), ("--scale", "--held-out"), ("--patience", "--held-out"), ("--check-every", "--held-out FILE or --general")]
)  # fmt: skip
def test_a_setting_of_rows_that_are_not_given_is_refused(run, base, questions, tmp_path, option, file):
    code, _, err = run("tune", base, questions, tmp_path / "out", option, 1)
    assert code == 2
    assert f"{option} changes nothing without {file} FILE" in err
    assert not (tmp_path / "out.run").exists()


def test_every_setting_can_be_given():
    import dataclasses

    from kgllm.cli.tuning import TrainOptions
    from kgllm.tuning import TuneSettings

    options = {"known_rows": "known", "passages": "general", "train_seed": "seed"}
    given = {options.get(field.name, field.name) for field in dataclasses.fields(TrainOptions)}
    assert given == {field.name for field in dataclasses.fields(TuneSettings)} - {"ratio"}  # which --mix and --general have


def test_eval_refuses_what_it_would_pass_over(run, base, questions, tmp_path):
    (tmp_path / "films.tsv").write_text("Film A\tdirected by\tAna\n", encoding="utf-8")
    code, _, err = run("eval", tmp_path / "films.tsv", questions, "--model", base, "--gold", "--llm", "echo", "--max-facts", 3)
    assert code == 2
    assert "--max-facts, --llm, --gold cannot be used with --model" in err
    assert run("teach", "gpu", base, tmp_path / "out", "--ratio", "1:3")[0] == 2


def test_progress_in_a_file_is_a_line_now_and_then(capsys, monkeypatch):
    from kgllm.cli import output

    now = [0.0]
    monkeypatch.setattr(output.time, "monotonic", lambda: now[0])
    with output.working("teaching", long=True) as tell:
        tell(0, None, "writing questions")
        for done in range(40, 81, 10):  # a run that goes on at step 40
            tell(done, 100, "training")
            now[0] += 20
    with output.working("linking", 3) as tell:
        tell(1)
    assert capsys.readouterr().err.splitlines() == [
        "writing questions",
        "training: 40 of 100",
        "training: 60 of 100, 0:01:20 left",
        "training: 80 of 100, 0:00:40 left",
    ]


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
    assert "adapter's folder: `../report/report.md`" in (tmp_path / "out" / "README.md").read_text(encoding="utf-8")
