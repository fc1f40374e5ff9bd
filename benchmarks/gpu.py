"""Tuning on a GPU: kgllm's trainer beside plain TRL, and the recipe at full size. Runs where there is neither network nor graph.

    python -m benchmarks gpu -- unpack --carry .carry --parts kept --model kept/model
    python -m benchmarks gpu -- speed --carry .carry --model kept/model --out OUT [--steps 20]
    python -m benchmarks gpu -- recipe --carry .carry --model kept/model --out OUT --seconds 120 [--seeds 0 1 2]
    python -m benchmarks gpu -- curves --carry .carry --model kept/model --out OUT --seconds 200 [--share 0/2]

What it needs is laid out by `benchmarks carried`; the texts that `recipe` writes are graded there. Each result is written as soon as
it is there. Without a GPU the same commands run on the processor (`--small 64 --most 4`): a rehearsal.
"""

from __future__ import annotations

import argparse
import gc
import gzip
import json
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from benchmarks._beside_trl import speed
from benchmarks._lent import NEVER, base_of, say, sync, task_of
from benchmarks._trials import trial, written
from benchmarks.carried import key_of, rows_of, unpack
from kgllm.errors import ModelError
from kgllm.tuning import TuneSettings, tune
from kgllm.tuning.asking import Sides, kept_of, read_answer
from kgllm.tuning.base import Base
from kgllm.tuning.course import known_questions, without_known
from kgllm.tuning.encode import as_request
from kgllm.tuning.general import prose
from kgllm.tuning.probing import probe
from kgllm.tuning.rows import Row

NEEDS = "a command, a model and what was carried"


def main(arguments: Sequence[str]) -> int:
    parser = argparse.ArgumentParser(prog="benchmarks gpu", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("what", choices=("unpack", "speed", "recipe", "curves"))
    parser.add_argument("--carry", type=Path, required=True)
    parser.add_argument("--parts", type=Path)
    parser.add_argument("--model", type=Path, required=True)
    parser.add_argument("--out", type=Path)
    parser.add_argument("--steps", type=int, default=20, help="timed steps (speed), or steps at most (recipe)")
    parser.add_argument("--seconds", type=float, default=120, help="of training (recipe, a seed), or in all (curves, speed)")
    parser.add_argument("--seeds", type=int, nargs="+", default=[0])
    parser.add_argument("--batch", type=int, default=256)
    parser.add_argument("--rank", type=int, default=32)
    parser.add_argument("--rate", type=float, default=1e-3)
    parser.add_argument("--times", type=int, default=3, help="how often a closed-book row stands for each time a served one does")
    parser.add_argument("--ask", type=int, default=256, help="questions that are answered side by side")
    parser.add_argument("--most", type=int, help="ask no more questions than this on each side (a rehearsal)")
    parser.add_argument("--share", default="0/1", help="which part of the curves, as i/n, where several processes draw them")
    parser.add_argument("--only", nargs="+", default=[], help="cases of speed whose name holds one of these")
    parser.add_argument("--small", type=int, help="divide the rows of every batch by this (a rehearsal)")
    given = parser.parse_args(list(arguments))
    if given.what == "unpack":
        start = time.perf_counter()
        unpack(given.parts, given.carry, given.model)
        print(f"unpacked and checked in {time.perf_counter() - start:.0f} s")
        return 0
    given.out.mkdir(parents=True, exist_ok=True)
    return {"speed": speed, "recipe": _recipe, "curves": _curves}[given.what](given)


# The recipe


def _recipe(given: argparse.Namespace) -> int:
    task, base = task_of(given), base_of(given)
    train, dev, groups = _taught(task, NEVER)
    known, kept = known_questions(base)
    train, known = without_known(train, probe(base, dev), known)
    served = rows_of(task["served"])
    rows = [*(row for row in train for _ in range(given.times)), *served]
    passages = [*prose("hold"), *written(base)]
    say(f"{len(train)} closed-book rows, {len(served)} served, {len(known)} known to mix, {len(kept)} to test, {len(passages)} passages")
    texts, seconds = {}, {}
    earlier = given.carry / "untuned.json"  # a second call on the same machine need not ask again
    if earlier.is_file():
        texts["untuned"], seconds["untuned"] = json.loads(earlier.read_text(encoding="utf-8"))
    else:
        texts["untuned"], seconds["untuned"] = _answers(base, task["asked"]["untuned"], given)
        earlier.write_text(json.dumps([texts["untuned"], seconds["untuned"]], ensure_ascii=False), encoding="utf-8")
    say("untuned asked", {name: round(one, 4) for name, one in seconds["untuned"].items()})
    steps = 0
    for seed in given.seeds:
        if steps:
            base = base_of(given)
        steps = steps or _steps(given, base, rows, known, passages)
        base = base_of(given)
        run = tune(
            base, rows, Path(tempfile.mkdtemp()) / "out", settings=_settings(given, steps, seed), known=known, general=passages,
            general_held_out=prose("test"), held_out=dev[:256],
        )  # fmt: skip
        say(
            f"seed {seed}: {run.steps} steps in {run.seconds:.0f} s, {run.tokens_per_second:,.0f} tokens/s, scale {run.scale}",
            list(run.history),
        )
        texts["tuned"], seconds["tuned"] = _answers(
            Base(model=run.model, tokenizer=run.tokenizer, name="tuned"), task["asked"]["tuned"], given
        )
        held = kept_of(Sides(run, None), kept, prose("test"), 2)
        cost = {f"{side}{more}": value for side, of in seconds.items() for more, value in of.items()}
        said = {"texts": texts, "kept": held, "cost": cost, "run": {**run.to_dict(), "seed": seed}}
        (given.out / f"said-{seed}.json.gz").write_bytes(gzip.compress(json.dumps(said, ensure_ascii=False).encode()))
        say(f"seed {seed}: closed-book", _shares(groups, texts["tuned"]), {name: round(value, 3) for name, value in held.items()})
        del run
        gc.collect()
    return 0


def _settings(given: argparse.Namespace, steps: int, seed: int, **more: Any) -> TuneSettings:
    part = max(1, given.batch // 10)
    values = {
        "rank": given.rank, "alpha": 2 * given.rank, "steps": steps, "rate": given.rate, "batch": given.batch, "known": part, "general": part,
        "length": 1024, "packing": True, "budget": None, "check_every": max(1, steps // 6), "save_every": NEVER, "patience": 6, "seed": seed,
    }  # fmt: skip
    return TuneSettings(**(values | more))


def _steps(given: argparse.Namespace, base: Base, rows: list[Row], known: list[Row], passages: list[Row]) -> int:
    """How many steps fit the time: a few are taken and thrown away."""
    clock: list[float] = []

    def tell(done: int, of: int) -> None:
        sync()
        clock.append(time.perf_counter())

    settings = _settings(given, 14, 0, check_every=NEVER)
    tune(
        base,
        rows[:: max(1, len(rows) // 4000)],
        Path(tempfile.mkdtemp()) / "out",
        settings=settings,
        known=known,
        general=passages,
        progress=tell,
    )
    each = (clock[-1] - clock[5]) / (len(clock) - 6)
    steps = max(10, min(given.steps, int(given.seconds / each)))
    say(f"{1000 * each:.0f} ms a step: {steps} steps")
    return steps


def _taught(task: dict[str, Any], facts: int) -> tuple[list[Row], list[Row], dict[str, list[Row]]]:
    """The rows of so many facts, and of the groups those that ask for these, or for none that is taught."""
    every = rows_of(task["train"])
    ids = list(dict.fromkeys(fact for row in every for fact in row.facts))
    chosen, left = set(ids[:facts]), set(ids[facts:])
    own = lambda rows: [row for row in rows if set(row.facts) <= chosen]
    groups = {name: [row for row in rows_of(rows) if not set(row.facts) & left] for name, rows in task["groups"].items()}
    return own(every), own(rows_of(task["dev"])), groups


def _answers(base: Base, asked: dict[str, Any], given: argparse.Namespace) -> tuple[dict[str, str], dict[str, float]]:
    """The texts to all prompts, and the seconds of one, closed-book and with facts."""
    from kgllm.llms.transformers import TransformersLLM
    from kgllm.types import Prompt

    llm = TransformersLLM((base.model, base.tokenizer), batch=given.ask)
    texts: dict[str, str] = {}
    seconds: dict[str, float] = {}
    for prompt, name in ((False, ""), (True, " + facts")):
        start = time.perf_counter()
        llm.batch = max(1, given.ask // 3) if prompt else given.ask  # prompts with facts are long
        part = {key: one for key, one in asked.items() if one["prompt"] == prompt}
        part = dict(list(part.items())[: given.most])
        for tokens, stop in sorted({(one["max_tokens"], tuple(one["stop"])) for one in part.values()}):
            some = {key: one for key, one in part.items() if (one["max_tokens"], tuple(one["stop"])) == (tokens, stop)}
            requests = [
                Prompt(messages=(), text=one["text"], served={}, tokens=0, exact=True, stop=stop) if prompt else one["text"]
                for one in some.values()
            ]
            texts |= dict(zip(some, _generated(llm, requests, tokens, () if prompt else stop), strict=True))
        seconds[name] = (time.perf_counter() - start) / max(1, len(part))
    return texts, seconds


def _generated(llm: Any, requests: list[Any], tokens: int, stop: Sequence[str]) -> list[str]:
    """The texts; where the memory does not hold so many prompts side by side, with half of them."""
    import torch

    while True:
        try:
            found: list[str] = llm.generate(requests, max_tokens=tokens, stop=stop)
        except ModelError as error:
            if "out of memory" not in str(error) or llm.batch < 8:
                raise
            llm.batch //= 2
            torch.cuda.empty_cache()
            say(f"out of memory: {llm.batch} side by side from here")
        else:
            return found


def _shares(groups: dict[str, list[Row]], texts: dict[str, str]) -> dict[str, float]:
    """Right closed-book answers of the tuned side (declined, where there is none), to see at once."""
    found = {}
    for name, rows in groups.items():
        right = [
            read_answer(row, texts[key]).right
            for row in rows
            if (key := key_of(as_request(row.prompt, chat=False, language=row.language))) in texts
        ]
        if right:
            found[name] = round(sum(right) / len(right), 3)
    return found


# Curves


def _plans() -> Iterator[dict[str, Any]]:
    """What is varied, the most telling first; 500 facts, 150 steps, KL 1 and a tenth of known rows where nothing else is said."""
    yield {}
    yield from ({"facts": n, "steps": steps} for n, steps in ((50, 60), (200, 100), (1000, 250), (2000, 400)))
    yield from ({"kl": one} for one in (0.0, 0.3, 3.0))
    yield from ({"known": one} for one in (0, 6, 64))
    yield from ({"steps": one} for one in (40, 80, 300))
    yield {"kl": 0.0, "known": 0}
    yield from ({"seed": one} for one in (1, 2))


def _curves(given: argparse.Namespace) -> int:
    start, task = time.perf_counter(), task_of(given)
    mine, of = map(int, given.share.split("/"))
    base = base_of(given)
    known, kept = known_questions(base)
    passages = [*prose("hold"), *written(base)]
    for place, plan in enumerate(_plans()):
        if place % of != mine:
            continue
        if time.perf_counter() - start > given.seconds:
            say("the time is over")
            break
        more = {"facts": 500, "steps": 150, "seed": 0} | plan
        train, _, groups = _taught(task, more.pop("facts"))
        steps, seed = max(2, more.pop("steps") // (given.small or 1)), more.pop("seed")
        settings = _settings(given, steps, seed, **{"scales": (1.0,), "check_every": NEVER, **more})
        asked = {name: rows for name in ("seen", "unseen", "reverse", "one_way", "unanswerable") if (rows := groups.get(name))}
        asked["MetaQA 1 hop, taught"] = [row for row in groups.get("MetaQA 1 hop, taught", []) if row.facts]
        line = trial(
            base_of(given), train, name=json.dumps(plan), settings=settings, asked=asked, known=known, kept=kept, passages=passages,
            scales=(1.0, 0.75, 0.5), out=given.out / f"curves-{mine}.jsonl",
        )  # fmt: skip
        say(line)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
