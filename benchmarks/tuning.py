"""Tuning measured: the recipe with all its columns, forgetting and its cures, the six methods, kills, and plain TRL beside it.

    python -m benchmarks tuning -- recipe --graph gpu --facts 100 --seeds 0 1 2
    python -m benchmarks tuning -- recipe --graph ../shared/data/metaqa/kb.txt --facts 500 --own
    python -m benchmarks tuning -- forgetting | methods | curves | plot | trl | kills

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
from dataclasses import replace
from pathlib import Path
from typing import Any

import kgllm
from benchmarks._figure import draw, panels_of
from benchmarks._trials import NEVER, Remembering, add, lines_of, looked_at, parts, trial, written
from benchmarks.carried import own_questions
from kgllm.tuning import TuneSettings, evaluate, lessons, load, mix, tune
from kgllm.tuning.courses.course import also_shown, course, known_questions, spread
from kgllm.tuning.courses.general import prose, spoken, too_few
from kgllm.tuning.planning.memory import VIRTUAL
from kgllm.tuning.proving.report import save_report
from kgllm.tuning.rows import NOT_KNOWN, Row
from kgllm.tuning.teaching import settings_for
from kgllm.tuning.weights.adapters import INFO
from kgllm.tuning.weights.base import Base, load_base

NEEDS = "a command"


def main(arguments: list[str]) -> int:
    parser = argparse.ArgumentParser(prog="tuning")
    parser.add_argument("what", choices=["recipe", "forgetting", "methods", "curves", "plot", "trl", "kills", "one"])
    parser.add_argument("--model", default="gemma3-270m")
    parser.add_argument("--graph", default="gpu")
    parser.add_argument("--facts", type=int, default=40)
    parser.add_argument("--language", nargs="+", default=["en"], help="en, zh, or both (recipe)")
    parser.add_argument("--steps", type=int, help="recipe: what `teach` takes; else 80")
    parser.add_argument("--batch", type=int, default=12)
    parser.add_argument("--rate", type=float, help="else the method's own")
    parser.add_argument("--kl", type=float, default=1.0)
    parser.add_argument("--known", type=int, default=8)
    parser.add_argument("--general", type=int, default=TuneSettings().general)
    parser.add_argument("--method", default="lora")
    parser.add_argument("--seeds", type=int, nargs="+", default=[0])
    parser.add_argument("--dtype", default=None)
    parser.add_argument("--with-facts", type=int, default=40, help="questions of a group that are asked with facts (recipe)")
    parser.add_argument("--served", type=float, default=0.25, help="share of the rows that are trained with facts, too (recipe)")
    parser.add_argument(
        "--graded", action="store_true", help="grade word for word, from memory alone, instead of asking: minutes less (recipe)"
    )
    parser.add_argument("--own", action="store_true", help="ask MetaQA's own questions as well (recipe)")
    parser.add_argument("--out", type=Path, help="keep adapters and reports here")
    parser.add_argument("--asked", type=int, default=100, help="questions of a group at most")
    parser.add_argument("--methods", nargs="+", default=["lora", "prefix", "p-tuning-v2", "prompt", "p-tuning", "adapter", "freeze"])
    parser.add_argument(
        "--only", nargs="+", default=[], help="of these names only (forgetting, curves); what is in the file is not made again"
    )
    parser.add_argument("--only-train", action="store_true", help="train and stop; the same command without it looks at what was trained")
    parser.add_argument("--kills", type=int, default=100)
    parser.add_argument("--threads", type=int, default=None)
    given = parser.parse_args(arguments)
    if given.threads:
        import torch

        torch.set_num_threads(given.threads)
    return {
        "recipe": _recipe,
        "forgetting": _forgetting,
        "methods": _methods,
        "curves": _curves,
        "plot": _plot,
        "trl": _trl,
        "kills": _kills,
        "one": _one,
    }[given.what](given)


def _settings(given: argparse.Namespace, seed: int, **more: Any) -> TuneSettings:
    values = {
        "method": given.method, "steps": given.steps or 80, "batch": given.batch, "rate": given.rate, "kl": given.kl, "known": given.known,
        "general": given.general, "seed": seed, "dtype": given.dtype, "check_every": NEVER, "save_every": 8, "scales": (1.0,), "budget": None, "packing": given.method not in VIRTUAL,
    }  # fmt: skip
    return TuneSettings(**{**values, **more})


def _base(given: argparse.Namespace) -> Base:
    if given.model == "tiny":
        from kgllm.testing import tiny_model

        return load_base(tiny_model(Path(tempfile.mkdtemp()) / "tiny"))
    return load_base(given.model, dtype=given.dtype)


def _graph(name: str) -> Any:
    return kgllm.datasets.load(name) if name in kgllm.datasets.names() else kgllm.load(name)


def _tell(name: str) -> Any:
    start = time.perf_counter()

    def tell(done: int, of: int) -> None:
        if done % max(1, of // 8) == 0:
            print(f"{name}: step {done} of {of}, {time.perf_counter() - start:.0f} s", file=sys.stderr, flush=True)

    return tell


def _recipe(given: argparse.Namespace) -> int:
    """What `kgllm.teach` does, several seeds on the same questions; what was said is kept, and the same command goes on where it was
    cut off."""
    graph, out = _graph(given.graph), given.out or Path("build/tuning/recipe")
    made = lessons(graph, given.facts, languages=given.language)
    said = spoken(made.train)
    groups: dict[str, Any] = made.groups() | (own_questions(made, given.asked) if given.own else {})
    groups = {name: spread(rows, given.asked) for name, rows in groups.items()}
    base = _base(given)
    way = course(base, made, graph, served=given.served)
    untuned = Remembering((base.model, base.tokenizer), out / "untuned.jsonl")
    print(
        f"{len(made.facts)} facts, {len(made.train)} rows from memory and {way.served} with facts, {len(way.known)} known to mix, {len(way.known_held_out)} to choose "
        f"by, {len(way.kept)} to test; knew {way.knew.counts()}; asked:", {name: len(rows) for name, rows in groups.items()}, flush=True,
    )  # fmt: skip
    for seed in given.seeds:
        if (out / f"report-{seed}").exists():
            continue
        more = {"steps": given.steps} if given.steps else {}
        names = ("method", "batch", "known", "general", "kl", "rate", "dtype")
        settings = settings_for(way, **{name: getattr(given, name) for name in names}, **more, seed=seed, save_every=10)
        folder = out / f"adapter-{seed}"
        if not (folder / INFO).is_file():
            held = prose("hold", languages=said)
            held += written(base, keep=out / "written.json", languages=said) if too_few(held, settings) else []
            tune(
                _base(given), way.rows, folder, settings=settings, known=way.known, general=held,
                general_held_out=prose("test", languages=said), held_out=way.held_out, known_held_out=way.known_held_out, info={"served": bool(way.served)}, progress=_tell(f"seed {seed}"),
            )  # fmt: skip
        if given.only_train:
            continue
        fresh = _base(given)
        found = load(folder, base=(fresh.model, fresh.tokenizer))
        print(f"seed {seed}:", json.dumps(found.info["run"]), flush=True)
        if given.graded:
            print(f"seed {seed}:", json.dumps(looked_at(found.model, fresh, {**groups, **_refused(groups)}, way.kept, said)), flush=True)
            continue
        tuned = Remembering((found.model, found.tokenizer), out / f"tuned-{seed}.jsonl")
        tuned.needs_examples = not found.info["served"]
        proof = evaluate(
            tuned,
            groups,
            before=untuned,
            graph=graph,
            trained=made.train,
            known=way.kept,
            texts=prose("test", languages=said),
            with_facts=given.with_facts,
        )
        save_report(proof, out / f"report-{seed}", run=found.info["run"])
        print((out / f"report-{seed}" / "report.md").read_text(encoding="utf-8"), flush=True)
    return 0


def _refused(groups: dict[str, Any]) -> dict[str, list[Row]]:
    """The same questions with "not in the graph" as the answer: how many are declined that have one."""
    return {
        f"{name}, declined": [replace(row, answers=(), completion=NOT_KNOWN[row.language], facts=()) for row in rows]
        for name, rows in groups.items()
        if name in ("unseen", "untaught", "two_hop")
    }


CURES: dict[str, dict[str, Any]] = {
    "nothing": {"known": 0, "general": 0, "kl": 0.0},
    "general data 1 : 1": {"known": 0, "general": 0, "kl": 0.0, "ratio": (1, 1)},
    "general data 1 : 5": {"known": 0, "general": 0, "kl": 0.0, "ratio": (1, 5)},
    "known questions": {"general": 0, "kl": 0.0},
    "KL": {"known": 0},
    "both": {},
}
"""The last is looked at with its adapter scaled, too. General data are passages that the model wrote, and prose, mixed in as rows."""


def _forgetting(given: argparse.Namespace) -> int:
    school = _School(given)
    school.untuned()
    for name, more in CURES.items():
        if given.only and name not in given.only:
            continue
        school.trial(name, more, scales=(1.0, 0.75, 0.5) if name == "both" else (1.0,))
    return 0


def _methods(given: argparse.Namespace) -> int:
    """The methods of the seed, each in a process of its own, so that its memory is its own; each at the rate that is its own."""
    if len(given.methods) > 1:
        for method in given.methods:
            subprocess.run(
                [sys.executable, "-m", "benchmarks", "tuning", "--", *sys.argv[sys.argv.index("methods") :], "--methods", method],
                check=True,
            )
        return 0
    (method,) = given.methods
    more: dict[str, Any] = {"method": method, "packing": False}
    name = method if given.rate is None else f"{method}, rate {given.rate:g}"
    _School(given).trial(name, more, scales=(1.0,))
    return 0


CURVES: tuple[tuple[str, dict[str, Any]], ...] = (
    *((f"KL weight {one:g}", {"kl": one}) for one in (0.0, 0.25, 4.0)),
    *((f"known {one} to 12", {"known": one / 12}) for one in (0, 2, 4)),
    *((f"steps x{one:g}", {"steps": one}) for one in (0.5, 2.0)),
    *((f"facts {one}", {"facts": one}) for one in (50, 100, 200)),
)
DIALS: tuple[float, ...] = (1.0, 0.75, 0.5)


def _curves(given: argparse.Namespace) -> int:
    """One thing varied at a time from the middle run; with other numbers of facts the passes over the rows stay the same."""
    school = _School(given)
    school.untuned()
    middle = school.trial("middle", {}, scales=(1.0, 0.9, 0.75, 0.6, 0.5, 0.25))
    for name, more in CURVES:
        if given.only and name not in given.only:
            continue
        own = school if "facts" not in more else _School(given, more["facts"])
        more = {key: value for key, value in more.items() if key != "facts"}
        if "known" in more:
            more["known"] = round(given.batch * more["known"])
        steps = round((given.steps or 80) * (more.get("steps") or len(own.made.train) / middle["rows"]))
        own.trial(name, {**more, "steps": max(4, steps)}, scales=DIALS if own is not school else (1.0,))
    return 0


def _plot(given: argparse.Namespace) -> int:
    """Draw what stands in docs/figures; with `--out` the curves that were run there anew, by `curves` or by `benchmarks gpu -- trials`."""
    if given.out:
        here, lines = given.out / "curves.jsonl", {}
        for file in [here] if here.is_file() else given.out.glob("curves-*.jsonl"):
            lines |= lines_of(file)
        if not here.is_file():
            lines["untuned"] = {"looks": [json.loads((given.out / "untuned.json").read_text(encoding="utf-8"))]}
        name = "trade-offs" if here.is_file() else "trade-offs-gpu"
        figures = json.dumps({"panels": panels_of(lines)}, indent=1)
        Path(f"docs/figures/{name}.json").write_text(f"{figures}\n", encoding="utf-8")
    for name in ("tuning", "trade-offs", "trade-offs-gpu"):
        print(draw(Path(f"docs/figures/{name}.json")))
    return 0


class _School:
    """Lessons of a graph, and what all trials on them share."""

    def __init__(self, given: argparse.Namespace, facts: int | None = None) -> None:
        self.given = given
        self.out = (given.out or Path("build/tuning")) / f"{given.what}.jsonl"
        self.made = lessons(_graph(given.graph), facts or given.facts, languages=["en"])
        groups = self.made.groups()
        self.asked = {name: spread(groups[name], given.asked) for name in ("seen", "unseen", "reverse", "unanswerable") if name in groups}
        if given.what == "methods":  # by which their rates were chosen
            self.asked["dev"] = spread(self.made.dev, given.asked)
        base = _base(given)
        general = known_questions(base)
        self.known, self.kept = also_shown(general.mixed), general.test
        self.passages = [*prose("hold"), *written(base, keep=self.out.with_name("written.json"))]
        print(
            f"{len(self.made.facts)} facts, {len(self.made.train)} rows, {len(self.known)} known to mix, {len(self.passages)} passages; asked:",
            {name: len(rows) for name, rows in self.asked.items()} | {"known": len(self.kept)}, flush=True,
        )  # fmt: skip

    def untuned(self) -> None:
        """The model as it was, once."""
        if "untuned" not in lines_of(self.out):
            base = _base(self.given)
            add(self.out, {"name": "untuned", "rows": len(self.made.train), "looks": [looked_at(base.model, base, self.asked, self.kept)]})
        print(json.dumps(lines_of(self.out)["untuned"]), flush=True)

    def trial(self, name: str, more: dict[str, Any], *, scales: tuple[float, ...]) -> dict[str, Any]:
        """One run of these settings, but for what is said."""
        more = dict(more)
        ratio = more.pop("ratio", None)
        rows, settings = list(self.made.train), _settings(self.given, self.given.seeds[0], **more)
        if ratio is not None:  # as many domain rows a step as the others have, and the general ones beside them
            turns = -(-settings.steps * settings.batch // len(rows))
            short = [replace(row, completion=part) for row in self.passages for part in parts(row.completion)]
            rows = list(mix(rows * turns, short, ratio=ratio).rows)
            settings = replace(settings, batch=settings.batch * (1 + ratio[1]))
        line = trial(
            _base(self.given), rows, name=name, settings=settings, asked=self.asked, known=self.known, kept=self.kept, passages=self.passages,
            scales=scales, ordered=ratio is not None, only_train=self.given.only_train, out=self.out,
        )  # fmt: skip
        print(json.dumps(line), flush=True)
        return line


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
        command += ["--facts", str(given.facts), "--steps", str(given.steps or 80), "--batch", str(given.batch)]
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
    import torch
    import trl

    from kgllm.tuning.encoding.encode import Encoder
    from kgllm.tuning.rows import row_of

    encoder = Encoder(base.tokenizer)
    texts = [{"prompt": encoder.request(row_of(row)), "completion": f" {row['answers'][0]}\n"} for row in rows]
    half = given.dtype == "bfloat16"
    args = trl.SFTConfig(
        output_dir=str(root), max_steps=given.steps, per_device_train_batch_size=given.batch, learning_rate=1e-3, report_to=[], save_strategy="no",
        gradient_checkpointing=False, bf16=half, disable_tqdm=True, logging_steps=10**6, use_cpu=not torch.cuda.is_available(), max_length=512,
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
