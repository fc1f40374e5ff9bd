"""kgllm's trainer beside plain TRL on the same rows: tokens a second, peak memory, and what each learned (`benchmarks gpu -- speed`)."""

from __future__ import annotations

import argparse
import copy
import gc
import json
import tempfile
import time
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from benchmarks._lent import NEVER, base_of, say, sync, task_of
from benchmarks.carried import rows_of
from kgllm.tuning import TuneSettings, tune
from kgllm.tuning.encoding.encode import Encoded, Encoder
from kgllm.tuning.rows import Row
from kgllm.tuning.training.grade import grade
from kgllm.tuning.weights.base import Base

WARM = 5
"""Steps before the clock starts."""


@dataclass(frozen=True)
class Case:
    """Rows of a step; packed to so many tokens, or padded; whether every token is trained."""

    name: str
    batch: int
    length: int = 512
    packed: int = 0
    whole: bool = False


CASES = (
    Case("64 questions", 64),
    Case("256 questions", 256),
    Case("16 texts, every token", 16, whole=True),
    Case("packed, 8 sequences of 1024", 320, length=1024, packed=8),
)


def speed(given: argparse.Namespace) -> int:
    import torch

    task, base, start = task_of(given), base_of(given), time.perf_counter()
    base.model.to("cpu")
    encoder = Encoder(base.tokenizer)
    questions, texts = rows_of(task["train"]), [Row(completion=_text(row)) for row in rows_of(task["served"])]
    found: list[dict[str, Any]] = []
    device = torch.cuda.get_device_name() if torch.cuda.is_available() else "cpu"
    for again in range(3):  # kernels are loaded and chosen for each shape by the first who asks: the first round is on nobody's clock
        for case in CASES:
            if given.only and not any(one in case.name for one in given.only):
                continue
            size = max(1, case.batch // (given.small or 1))
            case = replace(case, packed=case.packed and max(1, case.packed // (given.small or 1)))
            rows = (texts if case.whole else questions)[: size * (WARM + given.steps)]
            encoded = [encoder.encode(row) for row in rows]
            for stack in ("kgllm", "trl")[:: 1 if again % 2 == 0 else -1]:  # each is first once
                if time.perf_counter() - start > given.seconds:
                    say("the time is over")
                    return 0
                one = _one(given, stack, base, rows, encoded, case, size)
                found.append({"case": case.name, "stack": stack, "again": again, "device": device, **one})
                say("not counted:" * (not again), found[-1])
                (given.out / "speed.json").write_text(json.dumps(found, indent=1), encoding="utf-8")
    for case in CASES:
        of = {
            stack: [one for one in found if (one["case"], one["stack"]) == (case.name, stack) and one["again"] and "error" not in one]
            for stack in ("kgllm", "trl")
        }
        if all(of.values()):
            fast = {stack: max(one["tokens_per_second"] for one in runs) for stack, runs in of.items()}
            peak = {stack: min(one["peak_GB"] for one in runs) for stack, runs in of.items()}
            print(
                f"{case.name:30} {fast['kgllm']:,.0f} against {fast['trl']:,.0f} tokens/s: {fast['kgllm'] / fast['trl']:.2f}, {peak['kgllm']:.2f} against {peak['trl']:.2f} GB"
            )
    return 0


def _text(row: Row) -> str:
    return f"{row.prompt[-1]['content']}{row.completion}"


def _one(
    given: argparse.Namespace, stack: str, base: Base, rows: list[Row], encoded: list[Encoded], case: Case, size: int
) -> dict[str, Any]:
    """One stack, from a fresh copy of the model: tokens a second after the warm steps, peak memory, and what it learned."""
    import torch

    cuda = torch.cuda.is_available()
    gc.collect()  # what the stack before left in circles
    model = copy.deepcopy(base.model).to("cuda" if cuda else "cpu")
    held = torch.cuda.memory_allocated() / 1e9 if cuda else 0.0
    if cuda:
        torch.cuda.empty_cache()
        torch.cuda.reset_peak_memory_stats()
    clock: dict[int, float] = {}

    def tell(done: int, of: int) -> None:
        if done in (WARM, of):
            sync()
            clock[done] = time.perf_counter()

    total = WARM + given.steps
    train = _kgllm if stack == "kgllm" else _trl
    try:
        trained, tokens = train(Base(model=model, tokenizer=base.tokenizer, name="base"), rows, encoded, case, size, total, tell)
    except Exception as error:  # noqa: BLE001 - the other stacks and cases go on, and the reason is kept
        return {"error": f"{type(error).__name__}: {error}"[:2000]}
    seconds = clock[total] - clock[WARM]
    peak = (
        {"peak_GB": torch.cuda.max_memory_allocated() / 1e9, "reserved_GB": torch.cuda.max_memory_reserved() / 1e9}
        if cuda
        else {"peak_GB": 0.0}
    )
    learned = grade(trained, encoded[:32], pad=base.pad, batch=8).nll
    return {
        "tokens": tokens,
        "seconds": seconds,
        "ms_a_step": 1000 * seconds / given.steps,
        "tokens_per_second": tokens / seconds,
        **peak,
        "held_before_GB": held,
        "nll_after": learned,
    }


def _kgllm(base: Base, rows: list[Row], encoded: list[Encoded], case: Case, size: int, total: int, tell: Any) -> tuple[Any, int]:
    settings = TuneSettings(
        steps=total, batch=size, known=0, general=0, length=case.length, packing=bool(case.packed), warmup=0.0, budget=None, check_every=NEVER, save_every=NEVER
    )  # fmt: skip
    with tempfile.TemporaryDirectory() as folder:
        run = tune(base, rows, Path(folder) / "out", settings=settings, ordered=True, progress=tell)
    lengths = [len(one.ids) for one in encoded]
    return run.model, sum(lengths[i % len(lengths)] for i in range(WARM * size, total * size))


def _trl(base: Base, rows: list[Row], encoded: list[Encoded], case: Case, size: int, total: int, tell: Any) -> tuple[Any, int]:
    import datasets
    import peft
    import torch
    import transformers
    import trl

    datasets.disable_progress_bars()
    transformers.set_seed(0)
    columns = {"input_ids": [list(one.ids) for one in encoded], "labels": [list(one.labels) for one in encoded]}
    cuda = torch.cuda.is_available()
    with tempfile.TemporaryDirectory() as folder:
        args = trl.SFTConfig(
            output_dir=folder, max_steps=total, per_device_train_batch_size=case.packed or size, learning_rate=1e-3, lr_scheduler_type="cosine", warmup_steps=0,
            report_to=[], save_strategy="no", gradient_checkpointing=False, bf16=cuda, disable_tqdm=True, logging_steps=10, use_cpu=not cuda,
            max_length=case.length, packing=bool(case.packed), train_sampling_strategy="sequential", seed=0, dataloader_pin_memory=cuda,
        )  # fmt: skip
        adapter = peft.LoraConfig(task_type="CAUSAL_LM", r=16, lora_alpha=32, target_modules="all-linear")
        trainer = trl.SFTTrainer(
            base.model, args, train_dataset=datasets.Dataset.from_dict(columns), processing_class=base.tokenizer, peft_config=adapter
        )
        inner, counted = trainer.data_collator, []

        def counting(items: Any) -> Any:
            made = inner(items)
            counted.append(int(made["attention_mask"].sum()) if "attention_mask" in made else int((made["input_ids"] != base.pad).sum()))
            return made

        trainer.data_collator = counting
        trainer.remove_callback(transformers.PrinterCallback)

        class Tell(transformers.TrainerCallback):
            def on_step_end(self, args: Any, state: Any, control: Any, **_: Any) -> None:
                tell(state.global_step, state.max_steps)

        trainer.add_callback(Tell())
        trainer.train()
    return trainer.model, sum(counted[WARM:total])
