"""What a lent GPU without a network needs, laid out here; and what it said, graded here.

    python -m benchmarks carried -- pack .carry                 # Gemma 3 270M as its own quantised blocks, in parts under 60 MiB
    python -m benchmarks carried -- prepare .carry/tasks.json.gz [--facts 1000]    # lessons of MetaQA and every prompt with facts
    python -m benchmarks carried -- grade .carry/tasks.json.gz said.json.gz report # the GPU's texts as the proof's columns

Training rows are the graph's own questions. MetaQA's own questions are asked in the test only. Linking, retrieval and the checks of
answers run here (they need spaCy and the graph); the GPU trains, and writes the texts to prompts that were made here.
"""

from __future__ import annotations

import argparse
import gzip
import hashlib
import json
import lzma
import random
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

import kgllm
from benchmarks._trials import written
from benchmarks.sets import data_folder
from kgllm.llms.transformers import TransformersLLM
from kgllm.tuning.courses.curriculum import Lessons, lessons
from kgllm.tuning.courses.served import served_rows
from kgllm.tuning.rows import Row, row_of
from kgllm.tuning.weights.base import load_base

NEEDS = "a command and its files"

PART = 58 << 20
"""Bytes of a part: one call of the tool carries 64 MiB, the repository among them."""
TOKENS = 420
"""Of a served prompt, so that several fit a packed sequence."""
WITH_FACTS = 60


def main(arguments: Sequence[str]) -> int:
    parser = argparse.ArgumentParser(prog="benchmarks carried", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("what", choices=("pack", "prepare", "grade"))
    parser.add_argument("places", type=Path, nargs="+")
    parser.add_argument("--facts", type=int, default=1000)
    parser.add_argument("--served", type=int, default=300, help="questions of each number of hops that are trained with served facts")
    parser.add_argument("--asked", type=int, default=200, help="questions of each group of MetaQA's own")
    parser.add_argument("--first", type=int, help="bytes of the first part, where it travels with other things")
    given = parser.parse_args(list(arguments))
    if given.what == "pack":
        pack(given.places[0], given.first or PART)
    elif given.what == "prepare":
        prepare(given.places[0], given)
    else:
        grade(*given.places)
    return 0


# The model


def pack(folder: Path, first: int) -> None:
    """The blocks of the GGUF without its vocabulary (which takes half a minute to parse), and the tokenizer's own files."""
    import gguf
    import torch
    from safetensors import safe_open

    from kgllm.llms.small import PACKAGES, converted

    model = converted()
    folder.mkdir(parents=True, exist_ok=True)
    package = __import__(PACKAGES[0])
    whole = folder / "whole.gguf"
    package.assemble(str(whole))
    blocks = {one.name: one for one in gguf.GGUFReader(str(whole)).tensors}
    table, pieces, at = [], [], 0
    with safe_open(model / "model.safetensors", "pt") as file:
        for name in sorted(file.keys()):
            block, tensor = blocks[_gguf_name(name)], file.get_tensor(name)
            raw = bytes(block.data.tobytes())
            entry = {
                "name": name,
                "type": int(block.tensor_type),
                "shape": list(tensor.shape),
                "at": at,
                "bytes": len(raw),
                "less": int("norm" in name),
            }
            if not torch.equal(tensor_of(entry, raw), tensor):
                raise SystemExit(f"{name}: the block does not give the tensor that kgllm converted")
            table.append(entry | {"sha256": _digest(tensor)})
            pieces.append(raw)
            at += len(raw)
    whole.unlink()
    data = b"".join(pieces)
    files = {
        name: (model / name).read_bytes() for name in ("config.json", "generation_config.json", "tokenizer_config.json", "tokenizer.json")
    }
    packed = lzma.compress(json.dumps({name: value.decode() for name, value in files.items()}).encode(), preset=6)
    (folder / "tokenizer.json.xz").write_bytes(packed)
    sizes = [first, *[PART] * -(-max(0, len(data) - first) // PART)]
    start = 0
    for i, size in enumerate(sizes):
        place = folder / f"part{i}"
        place.mkdir(exist_ok=True)
        (place / f"model.{i}").write_bytes(data[start : start + size])
        start += size
    said = {"sha256": hashlib.sha256(data).hexdigest(), "parts": len(sizes), "tensors": table}
    (folder / "model.json").write_text(json.dumps(said), encoding="utf-8")
    written(load_base(model), keep=folder / "written.json")
    print(f"{len(data):,} bytes in {len(sizes)} parts, tokenizer {len(packed):,}")


def unpack(parts: Path, beside: Path, target: Path) -> None:
    """The model's folder from the parts, every tensor checked."""
    from safetensors.torch import save_file

    table = json.loads((beside / "model.json").read_text(encoding="utf-8"))
    data = b"".join((parts / f"model.{i}").read_bytes() for i in range(table["parts"]))
    if hashlib.sha256(data).hexdigest() != table["sha256"]:
        raise SystemExit("the parts are not the model that was packed")
    tensors = {}
    for one in table["tensors"]:
        tensors[one["name"]] = tensor_of(one, data[one["at"] : one["at"] + one["bytes"]])
        if _digest(tensors[one["name"]]) != one["sha256"]:
            raise SystemExit(f"{one['name']} is not the tensor that was packed")
    tokenizer(beside, target)
    save_file(tensors, target / "model.safetensors", {"format": "pt"})


def tokenizer(beside: Path, target: Path) -> None:
    """The model's small files: its config and its tokenizer."""
    target.mkdir(parents=True, exist_ok=True)
    for name, text in json.loads(lzma.decompress((beside / "tokenizer.json.xz").read_bytes())).items():
        (target / name).write_text(text, encoding="utf-8")


def tensor_of(entry: dict[str, Any], raw: bytes) -> Any:
    """A tensor as kgllm converts it: dequantised in 32 bits, Gemma's norms less one, then bfloat16."""
    import numpy as np
    import torch
    from gguf import GGMLQuantizationType, quants

    kind = GGMLQuantizationType(entry["type"])
    flat = np.frombuffer(raw, dtype=np.uint8)
    values = flat.view(np.float32) if kind == GGMLQuantizationType.F32 else quants.dequantize(flat.reshape(entry["shape"][0], -1), kind)
    return (torch.from_numpy(values.reshape(entry["shape"]).copy()) - entry["less"]).to(torch.bfloat16)


def _digest(tensor: Any) -> str:
    import torch

    return hashlib.sha256(tensor.contiguous().view(torch.uint8).numpy().tobytes()).hexdigest()


_NAMES = {
    "input_layernorm": "attn_norm", "mlp.down_proj": "ffn_down", "mlp.gate_proj": "ffn_gate", "mlp.up_proj": "ffn_up",
    "post_attention_layernorm": "post_attention_norm", "post_feedforward_layernorm": "post_ffw_norm", "pre_feedforward_layernorm": "ffn_norm",
    "self_attn.k_norm": "attn_k_norm", "self_attn.q_norm": "attn_q_norm", "self_attn.k_proj": "attn_k", "self_attn.q_proj": "attn_q",
    "self_attn.v_proj": "attn_v", "self_attn.o_proj": "attn_output",
}  # fmt: skip


def _gguf_name(name: str) -> str:
    plain = {"model.embed_tokens.weight": "token_embd.weight", "model.norm.weight": "output_norm.weight"}
    if name in plain:
        return plain[name]
    _, _, layer, rest = name.split(".", 3)
    return f"blk.{layer}.{_NAMES[rest.removesuffix('.weight')]}.weight"


# The questions


class Noting(TransformersLLM):
    """Writes down what it is asked; with `texts` it gives the answers that another machine wrote."""

    def __init__(self, *, shown: bool, texts: dict[str, str] | None = None) -> None:
        import torch
        from transformers import AutoConfig, AutoModelForCausalLM, AutoTokenizer

        from kgllm.llms.small import NAME, converted

        with torch.device("meta"):  # the prompt needs the tokenizer and the context alone
            model = AutoModelForCausalLM.from_config(AutoConfig.from_pretrained(converted()))
        super().__init__((model, AutoTokenizer.from_pretrained(converted())), name=NAME)
        self.needs_examples, self._texts, self.asked = shown, texts, {}

    def generate(self, prompts: Sequence[Any], *, max_tokens: int = 128, stop: Sequence[str] = (), **_: Any) -> list[str]:
        """Nothing, or the texts that were given."""
        for one in prompts:
            prompt = not isinstance(one, str)
            text, own = (one.text, tuple(one.stop)) if prompt else (one, ())
            self.asked[key_of(text)] = {"text": text, "prompt": prompt, "stop": [*stop, *own], "max_tokens": max_tokens}
        if self._texts is None:
            return [""] * len(prompts)
        return [self._texts[key_of(one if isinstance(one, str) else one.text)] for one in prompts]


def key_of(text: str) -> str:
    """What names a prompt."""
    return hashlib.blake2b(text.encode(), digest_size=9).hexdigest()


def prepare(target: Path, given: argparse.Namespace) -> None:
    """Rows to train, groups to ask, and every prompt that the two sides are asked."""
    graph = kgllm.load(data_folder() / "metaqa" / "kb.txt")
    made = lessons(graph, given.facts, languages=["en"], untaught=given.asked)
    groups = {name: rows[: given.asked] for name, rows in made.groups().items()} | own_questions(made, given.asked)
    print("groups", {name: len(rows) for name, rows in groups.items()}, file=sys.stderr, flush=True)
    reader = Noting(shown=False)
    served = served_rows(graph, _some(made.train, given.served), reader, tokens=TOKENS)
    several = _hops(graph, given.served)
    served += served_rows(graph, several, reader, tokens=TOKENS)
    print(f"{len(made.facts)} facts, {len(made.train)} rows, {len(served)} served", file=sys.stderr, flush=True)
    asked = _asked(graph, groups)
    said = {
        "facts": len(made.facts),
        "train": [asdict(row) for row in made.train],
        "served": [asdict(row) for row in served],
        "dev": [asdict(row) for row in made.dev],
        "groups": {name: [asdict(row) for row in rows] for name, rows in groups.items()},
        "asked": asked,
    }
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_bytes(gzip.compress(json.dumps(said, ensure_ascii=False).encode(), 9, mtime=0))
    print({name: len(said[name]) for name in ("train", "served", "dev")}, {name: len(one) for name, one in asked.items()})


def _asked(graph: Any, groups: dict[str, Sequence[Row]]) -> dict[str, Any]:
    from kgllm.tuning.proving.proof import evaluate

    sides = {name: Noting(shown=name == "untuned") for name in ("untuned", "tuned")}
    with _retrieved_once():
        evaluate(sides["tuned"], groups, before=sides["untuned"], graph=graph, with_facts=WITH_FACTS)
    return {name: one.asked for name, one in sides.items()}


@contextmanager
def _retrieved_once() -> Iterator[None]:
    """Both sides get the same evidence, so it is looked for once."""
    from kgllm.answering.qa import GraphQA

    real, found = GraphQA._retrieve, {}

    def once(self: Any, question: str, *more: Any) -> Any:
        if question not in found:
            found[question] = real(self, question, *more)
        return found[question]

    GraphQA._retrieve = once
    try:
        yield
    finally:
        GraphQA._retrieve = real


def own_questions(made: Lessons, n: int) -> dict[str, Sequence[Row]]:
    """MetaQA's own questions: those about facts that are taught, and others, by hops; none of their wordings is trained."""
    taught = {(topic, frozenset(row.answers)): row.facts for row in made.train if row.answers for topic in row.topics}
    found: dict[str, list[Row]] = {"MetaQA 1 hop, taught": []}
    for hops in (1, 2, 3):
        rows = list(_questions(f"{hops}hop.test.jsonl"))
        if hops == 1:
            for row in rows:
                facts = taught.get((row.topics[0], frozenset(row.answers)))
                if facts:
                    found["MetaQA 1 hop, taught"].append(replace(row, facts=facts))
        random.Random(hops).shuffle(rows)
        found[f"MetaQA {hops} hop{'s' * (hops > 1)}"] = rows[:n]
    found["MetaQA unanswerable"] = list(_questions("unanswerable.test.jsonl"))[:n]
    found["MetaQA 1 hop, taught"] = found["MetaQA 1 hop, taught"][: 2 * n]
    return {name: rows for name, rows in found.items() if rows}


def _questions(file: str) -> list[Row]:
    lines = (data_folder() / "metaqa" / file).read_text(encoding="utf-8").splitlines()
    rows = [json.loads(line) for line in lines]
    return [row_of({**one, "split": "test", "kind": "" if one["answers"] else "unanswerable", "source": "MetaQA"}) for one in rows]


def _hops(graph: Any, n: int) -> list[Row]:
    """The graph's own questions of two and three hops, and some that it cannot answer."""
    from kgllm.questions import iterate

    found = []
    for kind, count in (("two_hop", n), ("three_hop", n), ("unanswerable", n // 4)):
        asked = iterate(graph, count, kinds=[kind], languages=["en"], seed=1, split_by=None)
        found += [row_of(one) for one in asked if len(one.answers) <= 8]
    return found


def _some(rows: Sequence[Row], most: int) -> list[Row]:
    return list(rows) if len(rows) <= most else [rows[i * len(rows) // most] for i in range(most)]


def rows_of(said: Sequence[dict[str, Any]]) -> list[Row]:
    """Rows out of the file."""
    tuples = ("prompt", "answers", "facts", "topics")
    return [Row(**{name: tuple(value) if name in tuples else value for name, value in one.items()}) for one in said]


def grade(tasks: Path, said: Path, report: Path) -> None:
    """The proof of a run on another machine: its texts, given to the same evaluation that would have asked it."""
    from kgllm.tuning.proving.proof import evaluate
    from kgllm.tuning.proving.report import save_report

    task = json.loads(gzip.decompress(tasks.read_bytes()))
    run = json.loads(gzip.decompress(said.read_bytes()))
    if "untuned" not in run["texts"]:  # asked beside the runs
        texts, seconds = json.loads(gzip.decompress(said.with_name("untuned.json.gz").read_bytes()))
        run["texts"]["untuned"] = texts
        run["cost"] |= {f"untuned{more}": value for more, value in seconds.items()}
    graph = kgllm.load(data_folder() / "metaqa" / "kb.txt")
    groups = {name: rows_of(rows) for name, rows in task["groups"].items()}
    sides = {name: Noting(shown=name == "untuned", texts=run["texts"][name]) for name in ("untuned", "tuned")}
    asked = all(key in run["texts"]["tuned"] for key, one in task["asked"]["tuned"].items() if one["prompt"])
    more: dict[str, Any] = {"graph": graph, "with_facts": WITH_FACTS} if asked else {}  # or from memory alone
    with _retrieved_once():
        found = evaluate(sides["tuned"], groups, before=sides["untuned"], trained=rows_of(task["train"]), **more)
    found = replace(found, kept=run["kept"], cost=run["cost"])
    save_report(found, report, run=run["run"])
    print((report / "report.md").read_text(encoding="utf-8"))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
