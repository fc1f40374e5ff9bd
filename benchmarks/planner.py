"""The planner against measured peaks, and its activations against a step on the meta device."""

from __future__ import annotations

import argparse
import csv
import os
import warnings
from collections.abc import Iterable
from pathlib import Path

from kgllm.tuning.planning.exact import config_of, saved_bytes
from kgllm.tuning.planning.memory import GB, Load, kept, memory
from kgllm.tuning.planning.shapes import shape_of

ROOT = Path(__file__).resolve().parent.parent

# (what, model, load, measured GB). The sources say neither every setting nor every unit: what is assumed stands in `what`.
# None of these was used to fit the constants of kgllm.tuning.planning.memory.
OTHERS = (
    *(
        (f"LLaMA-Factory wiki, QLoRA r8, batch 1, {length}", "llama-2-7b", Load(method="qlora", rank=8, length=length, checkpointing=True, loss="usual"), gb)
        for length, gb in ((1024, 6), (2048, 7), (4096, 9), (8192, 12), (16384, 19), (32768, 32))
    ),
    ("torchtune, QLoRA r8, loss in eight pieces, 2 × 512 assumed", "llama-3.1-8b",
     Load(method="qlora", rank=8, length=512, batch=2, checkpointing=True, loss="chunked"), 7.9),
    ("torchtune, LoRA r8, loss in eight pieces, 2 × 512 assumed", "llama-3.1-8b",
     Load(method="lora", rank=8, length=512, batch=2, checkpointing=True, loss="chunked"), 17.4),
    ("PEFT comparison, LoRA r32 on the attention, no checkpointing, 4 × 280 assumed, average reserved", "llama-3.2-3b",
     Load(method="lora", rank=32, targets="attention", length=280, batch=4, adapters_fp32=True, loss="usual"), 14.4),
)  # fmt: skip

# Shapes that the formula was not read off: GQA, large vocabularies, experts, odd widths.
SHAPES = {
    "llama, GQA 8, V 128k": {"model_type": "llama", "hidden_size": 2048, "intermediate_size": 8192, "num_hidden_layers": 6, "num_attention_heads": 32, "num_key_value_heads": 8, "vocab_size": 128256},
    "llama, MHA, narrow": {"model_type": "llama", "hidden_size": 576, "intermediate_size": 1536, "num_hidden_layers": 12, "num_attention_heads": 9, "vocab_size": 49152},
    "qwen2, GQA 7, V 152k": {"model_type": "qwen2", "hidden_size": 896, "intermediate_size": 4864, "num_hidden_layers": 8, "num_attention_heads": 14, "num_key_value_heads": 2, "vocab_size": 151936},
    "qwen3, wide heads": {"model_type": "qwen3", "hidden_size": 1024, "intermediate_size": 3072, "num_hidden_layers": 8, "num_attention_heads": 16, "num_key_value_heads": 8, "head_dim": 128, "vocab_size": 151936},
    "gemma3, V 262k": {"model_type": "gemma3_text", "hidden_size": 640, "intermediate_size": 2048, "num_hidden_layers": 18, "num_attention_heads": 4, "num_key_value_heads": 1, "head_dim": 256, "vocab_size": 262144},
    "gemma2, V 256k": {"model_type": "gemma2", "hidden_size": 2304, "intermediate_size": 9216, "num_hidden_layers": 4, "num_attention_heads": 8, "num_key_value_heads": 4, "head_dim": 256, "vocab_size": 256000},
    "mistral, GQA 4": {"model_type": "mistral", "hidden_size": 1536, "intermediate_size": 6144, "num_hidden_layers": 6, "num_attention_heads": 12, "num_key_value_heads": 3, "vocab_size": 32768},
    "phi3, fused": {"model_type": "phi3", "hidden_size": 1536, "intermediate_size": 4096, "num_hidden_layers": 6, "num_attention_heads": 24, "num_key_value_heads": 8, "vocab_size": 32064, "pad_token_id": 0},
    "mixtral, 2 of 8": {"model_type": "mixtral", "hidden_size": 1024, "intermediate_size": 3584, "num_hidden_layers": 4, "num_attention_heads": 16, "num_key_value_heads": 4, "num_local_experts": 8, "num_experts_per_tok": 2, "vocab_size": 32000},
    "qwen3 moe, 8 of 64": {"model_type": "qwen3_moe", "hidden_size": 1024, "intermediate_size": 3072, "moe_intermediate_size": 384, "num_hidden_layers": 4, "num_attention_heads": 16, "num_key_value_heads": 4, "head_dim": 128, "num_experts": 64, "num_experts_per_tok": 8, "vocab_size": 151936},
}  # fmt: skip


def measured(path: Path) -> list[tuple[str, float, float]]:
    """(what, predicted GB, measured GB) of the 36 points of ../shared/data/gpu_memory.csv."""
    found = []
    with path.open(encoding="utf-8") as file:
        for row in csv.DictReader(file):
            shape = shape_of(
                {
                    "model_type": "llama",
                    "hidden_size": int(row["hidden"]),
                    "intermediate_size": int(row["intermediate"]),
                    "num_hidden_layers": int(row["layers"]),
                    "num_attention_heads": int(row["hidden"]) // 128,
                    "vocab_size": int(row["vocab"]),
                }
            )
            load = Load(
                method=row["method"],
                rank=int(row["rank"]),
                length=int(row["sequence_length"]),
                batch=int(row["batch"]),
                checkpointing=True,
                loss="usual",
            )
            name = f"{row['model']} {row['method']} {row['sequence_length']}"
            found.append((name, memory(shape, load).peak / GB, float(row["measured_GB"])))
    return found


def errors(points: Iterable[tuple[str, float, float]]) -> tuple[float, float, float]:
    """Mean absolute error, bias and the worst point, in percent."""
    off = [(said - true) / true * 100 for _, said, true in points]
    return sum(map(abs, off)) / len(off), sum(off) / len(off), max(off, key=abs)


def against_meta(length: int = 512) -> list[tuple[str, str, float]]:
    """(shape, load, percent) of activations by formula against those counted on the meta device."""
    loads = {"lora": {}, "lora, fp32, dropout": {"adapter_dtype": "float32", "dropout": 0.1}, "dora": {"method": "dora"}, "full": {"method": "full"}, "checkpointing": {"checkpointing": True}}  # fmt: skip
    found = []
    for name, values in SHAPES.items():
        for what, given in loads.items():
            counted = saved_bytes(config_of(values), length=length, **given)["layers"]
            said = kept(
                shape_of(values),
                Load(length=length, adapters_fp32="adapter_dtype" in given, **{k: v for k, v in given.items() if k != "adapter_dtype"}),
            )
            found.append((name, what, (said / counted - 1) * 100))
    return found


def main(arguments: list[str]) -> int:
    parser = argparse.ArgumentParser(prog="planner")
    parser.add_argument("--rows", action="store_true", help="every point, not the summary alone")
    given = parser.parse_args(arguments)
    shared = Path(os.environ.get("KGLLM_SHARED", ROOT.parent / "shared")) / "data" / "gpu_memory.csv"
    points = measured(shared)
    if given.rows:
        for name, said, true in points:
            print(f"{name:28} {said:6.1f} GB, measured {true:5.1f}  {(said / true - 1) * 100:+5.1f}%")
    error, bias, worst = errors(points)
    print(f"{len(points)} measured peaks: mean absolute error {error:.1f}% (aim 9), bias {bias:+.1f}% (3), worst {worst:+.1f}% (30)\n")
    print("points that nothing was fitted to (aim 10%):")
    for what, model, load, true in OTHERS:
        said = memory(shape_of(model), load).peak / GB
        print(f"{(said / true - 1) * 100:+6.1f}%  {said:5.1f} GB, measured {true:4.1f}  {model}: {what}")
    print("\nactivations against one step on the meta device (aim 5%):")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        rows = against_meta()
    for name in SHAPES:
        print(f"{name:24} " + "  ".join(f"{what} {off:+.2f}%" for one, what, off in rows if one == name))
    print(f"worst {max((off for *_, off in rows), key=abs):+.2f}%")
    return 0


if __name__ == "__main__":
    import sys

    sys.exit(main(sys.argv[1:]))
