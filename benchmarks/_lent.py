"""What the commands of `benchmarks gpu` share: the model, the tasks, the clock."""

from __future__ import annotations

import argparse
import gzip
import json
import time
from typing import Any

from benchmarks.carried import tokenizer
from kgllm.tuning.weights.base import Base, load_base

NEVER = 10**6


def base_of(given: argparse.Namespace) -> Base:
    """The model; where its weights have not come yet, one of the same shape with random ones (which take as long)."""
    if (given.model / "model.safetensors").is_file():
        return load_base(given.model)
    import torch
    import transformers

    if not (given.model / "tokenizer.json").is_file():
        tokenizer(given.carry, given.model)
    config = transformers.AutoConfig.from_pretrained(given.model)
    cuda = torch.cuda.is_available()
    with torch.device("cuda" if cuda else "cpu"):
        model = transformers.AutoModelForCausalLM.from_config(config, dtype=torch.bfloat16 if cuda else torch.float32)
    print("no weights yet: random ones", flush=True)
    return load_base((model, transformers.AutoTokenizer.from_pretrained(given.model)))


def task_of(given: argparse.Namespace) -> dict[str, Any]:
    task: dict[str, Any] = json.loads(gzip.decompress((given.carry / "tasks.json.gz").read_bytes()))
    return task


def sync() -> None:
    import torch

    if torch.cuda.is_available():
        torch.cuda.synchronize()


def say(*words: Any) -> None:
    print(f"[{time.perf_counter():.0f}]", *words, flush=True)
