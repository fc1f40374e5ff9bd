"""Tuning measured: the recipe with all its columns, forgetting and its cures, the six methods, kills, and plain TRL beside it.

    python -m benchmarks tuning -- recipe --graph gpu --facts 40 --steps 80 --seeds 0 1 2
    python -m benchmarks tuning -- recipe --graph ../shared/data/metaqa/kb.txt --facts 500 --steps 600
    python -m benchmarks tuning -- forgetting | methods | trl | kills

With a GPU the same commands run at full size (`--model Qwen/Qwen3-0.6B --facts 5000 --batch 64`); on the CPU `--model tiny` shows in
a minute that everything runs. Every line that is printed is a measurement of this run.
"""

from __future__ import annotations

import argparse
import json
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

import kgllm
from kgllm.tuning import Lessons, TuneSettings, evaluate, lessons, tune
from kgllm.tuning.base import Base, load_base
from kgllm.tuning.general import prose
from kgllm.tuning.teaching import known_questions

NEEDS = "a command"

HELD = 60


def main(arguments: list[str]) -> int:
    parser = argparse.ArgumentParser(prog="tuning")
    parser.add_argument("what", choices=["recipe", "forgetting", "methods", "trl", "kills", "one"])
    parser.add_argument("--model", default="gemma3-270m")
    parser.add_argument("--graph", default="gpu")
    parser.add_argument("--facts", type=int, default=40)
    parser.add_argument("--steps", type=int, default=80)
    parser.add_argument("--batch", type=int, default=12)
    parser.add_argument("--rate", type=float, default=1e-3)
    parser.add_argument("--kl", type=float, default=1.0)
    parser.add_argument("--known", type=int, default=4)
    parser.add_argument("--general", type=int, default=4)
    parser.add_argument("--method", default="lora")
    parser.add_argument("--seeds", type=int, nargs="+", default=[0])
    parser.add_argument("--dtype", default=None)
    parser.add_argument("--with-facts", type=int, default=0)
    parser.add_argument("--out", type=Path, help="keep adapters and reports here")
    parser.add_argument("--kills", type=int, default=100)
    parser.add_argument("--threads", type=int, default=None)
    given = parser.parse_args(arguments)
    if given.threads:
        import torch

        torch.set_num_threads(given.threads)
    return {"recipe": _recipe, "forgetting": _forgetting, "methods": _methods, "trl": _trl, "kills": _kills, "one": _one}[given.what](given)


def _settings(given: argparse.Namespace, seed: int, **more: Any) -> TuneSettings:
    values = {
        "method": given.method, "steps": given.steps, "batch": given.batch, "rate": given.rate, "kl": given.kl, "known": given.known,
        "general": given.general, "seed": seed, "dtype": given.dtype, "check_every": max(1, given.steps // 4), "save_every": given.steps, "budget": None,
    }  # fmt: skip
    return TuneSettings(**{**values, **more})


def _base(given: argparse.Namespace) -> Base:
    if given.model == "tiny":
        from kgllm.testing import tiny_model

        return load_base(tiny_model(Path(tempfile.mkdtemp()) / "tiny"))
    return load_base(given.model, dtype=given.dtype)


def _graph(name: str) -> Any:
    return kgllm.datasets.load(name) if name in kgllm.datasets.names() else kgllm.load(name)


def _line(name: str, run: Any, proof: Any) -> None:
    groups = {group: proof.value("tuned", group) for group in proof.figures["tuned"] if group != "unanswerable"}
    said = "  ".join(f"{group} {value:.2f}" for group, value in groups.items() if value is not None)
    declined = proof.value("tuned", "unanswerable", "abstain_recall")
    wrong = [proof.value(column, "untaught", "wrong_when_answered") for column in ("untuned", "tuned")]
    kept = "  ".join(f"{name} {value:.3f}" for name, value in proof.kept.items() if name != "known_n")
    print(f"{name:28} {said}  declined {declined if declined is None else round(declined, 2)}  untaught wrong {wrong}", flush=True)
    print(
        f"{'':28} {kept}  scale {run.scale:g}  {run.trained:,} trained  {run.seconds:.0f} s  {run.tokens_per_second:.0f} tokens/s",
        flush=True,
    )


def _run(given: argparse.Namespace, made: Lessons, seed: int, name: str, **more: Any) -> tuple[Any, Any]:
    base = _base(given)
    known, kept = known_questions(base)
    root = (given.out or Path(tempfile.mkdtemp())) / f"{name.replace(' ', '-')}-{seed}"
    settings = _settings(given, seed, **more)
    fresh = None if settings.method not in ("freeze", "full") else _llm(_base(given))
    run = tune(
        base, list(made.train), root, settings=settings, known=known if settings.known else (), general=prose("hold"),
        general_held_out=prose("test"), held_out=list(made.dev)[:HELD], progress=_tell(name),
    )  # fmt: skip
    groups = {group: rows[:HELD] for group, rows in made.groups().items()}
    graph = _graph(given.graph) if given.with_facts else None
    proof = evaluate(
        run, groups, before=fresh, graph=graph, trained=made.train, known=kept, texts=prose("test"), with_facts=given.with_facts
    )
    if given.out:
        from kgllm.tuning.report import save_report

        save_report(proof, root.with_name(f"{root.name}-report"), run=run.to_dict())
    return run, proof


def _llm(base: Base) -> Any:
    from kgllm.llms.transformers import TransformersLLM

    return TransformersLLM((base.model, base.tokenizer))


def _tell(name: str) -> Any:
    start = time.perf_counter()

    def tell(done: int, of: int) -> None:
        if done % max(1, of // 8) == 0:
            print(f"{name}: step {done} of {of}, {time.perf_counter() - start:.0f} s", file=sys.stderr, flush=True)

    return tell


def _recipe(given: argparse.Namespace) -> int:
    made = lessons(_graph(given.graph), given.facts, languages=["en"])
    print(
        f"{len(made.facts)} facts, {len(made.train)} rows; questions by group:", {name: len(rows) for name, rows in made.groups().items()}
    )
    for seed in given.seeds:
        run, proof = _run(given, made, seed, "recipe")
        untuned = {group: proof.value("untuned", group) for group in proof.figures.get("untuned", {})}
        print(f"seed {seed}: untuned", {group: None if value is None else round(value, 2) for group, value in untuned.items()})
        for column in ("untuned + facts", "tuned + facts"):
            if column in proof.figures:
                print(column, {group: proof.value(column, group) for group in proof.figures[column]})
        _line(f"seed {seed}", run, proof)
    return 0


CURES: dict[str, dict[str, Any]] = {
    "nothing": {"known": 0, "general": 0, "kl": 0.0, "scales": (1.0,)},
    "known questions": {"general": 0, "kl": 0.0, "scales": (1.0,)},
    "KL": {"known": 0, "scales": (1.0,)},
    "both": {"scales": (1.0,)},
    "both, dial": {},
}


def _forgetting(given: argparse.Namespace) -> int:
    made = lessons(_graph(given.graph), given.facts, languages=["en"])
    for name, more in CURES.items():
        for seed in given.seeds:
            _line(f"{name}, seed {seed}", *_run(given, made, seed, name, **more))
    return 0


def _methods(given: argparse.Namespace) -> int:
    made = lessons(_graph(given.graph), given.facts, languages=["en"])
    rates = {"lora": given.rate, "adapter": given.rate}
    for method in ("lora", "prefix", "prompt", "p-tuning", "adapter", "freeze"):
        more = {"method": method} | ({} if method in rates else {"rate": None}) | ({} if method in rates else {"scales": (1.0, 0.75, 0.5)})
        _line(method, *_run(given, made, given.seeds[0], method, **more))
    return 0


def _trl(given: argparse.Namespace) -> int:
    """The same rows and adapter in kgllm and in TRL's SFTTrainer, each in a process of its own."""
    for stack in ("kgllm", "trl"):
        command = [
            sys.executable,
            "-m",
            "benchmarks",
            "tuning",
            "--",
            "one",
            "--method",
            stack,
            "--model",
            given.model,
            "--graph",
            given.graph,
        ]
        command += ["--facts", str(given.facts), "--steps", str(given.steps), "--batch", str(given.batch)]
        command += (["--dtype", given.dtype] if given.dtype else []) + (["--threads", str(given.threads)] if given.threads else [])
        said = subprocess.run(command, check=True, capture_output=True, text=True).stdout
        print(f"{stack:6}", said.strip().splitlines()[-1], flush=True)
    return 0


def _one(given: argparse.Namespace) -> int:
    """One stack's training: seconds of process time and of the clock, tokens a second, peak memory."""
    import torch

    rows = [{"question": f"Who directed the film number {i} of the list?", "answers": [f"Person {i % 97}"]} for i in range(400)]
    base, root = _base(given), Path(tempfile.mkdtemp()) / "out"
    begin, cpu = time.perf_counter(), time.process_time()
    if given.method == "kgllm":
        settings = TuneSettings(
            steps=given.steps, batch=given.batch, known=0, general=0, save_every=10**6, check_every=10**6, dtype=given.dtype
        )
        run = tune(base, rows, root, settings=settings)
        tokens, seconds = run.tokens, run.seconds
    else:
        tokens, seconds = _with_trl(base, rows, root, given)
    peak = (
        torch.cuda.max_memory_allocated() / 1e9 if torch.cuda.is_available() else resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e6
    )
    found = {"tokens": tokens, "seconds": round(seconds, 1), "tokens_per_second": round(tokens / seconds, 1), "peak_GB": round(peak, 2)}
    print(json.dumps({**found, "process_seconds": round(time.process_time() - cpu, 1), "in_all": round(time.perf_counter() - begin, 1)}))
    return 0


def _with_trl(base: Base, rows: list[dict[str, Any]], root: Path, given: argparse.Namespace) -> tuple[int, float]:
    import datasets
    import peft
    import trl

    from kgllm.tuning.encode import Encoder
    from kgllm.tuning.rows import row_of

    encoder = Encoder(base.tokenizer)
    texts = [{"prompt": encoder.request(row_of(row)), "completion": f" {row['answers'][0]}\n"} for row in rows]
    half = given.dtype == "bfloat16"
    args = trl.SFTConfig(
        output_dir=str(root), max_steps=given.steps, per_device_train_batch_size=given.batch, learning_rate=1e-3, report_to=[], save_strategy="no",
        gradient_checkpointing=False, bf16=half, disable_tqdm=True, logging_steps=10**6, use_cpu=True, max_length=512,
    )  # fmt: skip
    adapter = peft.LoraConfig(task_type="CAUSAL_LM", r=16, lora_alpha=32, target_modules="all-linear")
    trainer = trl.SFTTrainer(
        base.model, args, train_dataset=datasets.Dataset.from_list(texts), processing_class=base.tokenizer, peft_config=adapter
    )
    start = time.perf_counter()
    trainer.train()
    mean = sum(len(encoder.encode(row_of(row)).ids) for row in rows) / len(rows)
    return round(mean * given.steps * given.batch), time.perf_counter() - start


def _kills(given: argparse.Namespace) -> int:
    """SIGKILLs in the middle of saves; what is left must load."""
    import os

    os.environ["KGLLM_KILLS"] = str(given.kills)
    test = "tests/tuning/test_checkpoint.py::test_no_kill_leaves_anything_that_cannot_be_loaded"
    code = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-s", "-p", "no:cacheprovider", "-o", "timeout=3000", test], check=False
    ).returncode
    print(f"{given.kills} SIGKILLs during saves:", "none left anything that cannot be loaded" if code == 0 else "FAILED")
    return code


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
