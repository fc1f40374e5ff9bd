"""Tuning on a GPU: kgllm's trainer beside plain TRL, and the recipe at full size. Runs where there is neither network nor graph.

    python -m benchmarks gpu -- unpack --carry .carry --parts kept --model kept/model
    python -m benchmarks gpu -- speed --carry .carry --model kept/model --out OUT [--steps 20]
    python -m benchmarks gpu -- untuned --carry .carry --model kept/model --out OUT
    python -m benchmarks gpu -- recipe --carry .carry --model kept/model --out OUT [--seeds 0 1 2] [--plan '{"shown": true}']
    python -m benchmarks gpu -- trials --carry .carry --model kept/model --out OUT --plans curves methods --seconds 200 [--process 1]

What it needs is laid out by `benchmarks carried`; the texts that `recipe` and `untuned` write are graded there. Each result is written
as soon as it is there; `trials` may be started several times at once. Without a GPU the same commands run on the processor
(`--small 64 --most 4`): a rehearsal.
"""

from __future__ import annotations

import argparse
import gc
import gzip
import json
import sys
import tempfile
import time
from collections.abc import Sequence
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

from benchmarks._beside_trl import speed
from benchmarks._lent import base_of, say, task_of
from benchmarks._plans import SETS, Plan, School, trials
from benchmarks.carried import key_of, unpack
from kgllm.errors import ModelError
from kgllm.tuning import tune
from kgllm.tuning.courses.general import prose
from kgllm.tuning.encoding.encode import as_request
from kgllm.tuning.proving.asking import Sides, kept_of, read_answer
from kgllm.tuning.rows import Row
from kgllm.tuning.weights.base import Base

NEEDS = "a command, a model and what was carried"


def main(arguments: Sequence[str]) -> int:
    parser = argparse.ArgumentParser(prog="benchmarks gpu", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("what", choices=("unpack", "speed", "untuned", "recipe", "trials"))
    parser.add_argument("--carry", type=Path, required=True)
    parser.add_argument("--parts", type=Path)
    parser.add_argument("--model", type=Path, required=True)
    parser.add_argument("--out", type=Path)
    parser.add_argument("--steps", type=int, default=20, help="timed steps (speed)")
    parser.add_argument("--seconds", type=float, default=120, help="in all, after which nothing new is begun (speed, trials)")
    parser.add_argument("--seeds", type=int, nargs="+", default=[0])
    parser.add_argument("--plan", default="{}", help="of the recipe: what differs from the defaults of benchmarks._plans.Plan, as JSON")
    parser.add_argument("--closed", action="store_true", help="ask from memory alone (recipe, untuned)")
    parser.add_argument("--look", action="store_true", help="train and look, and ask nothing (recipe)")
    parser.add_argument("--plans", nargs="+", default=list(SETS), choices=list(SETS), help="of trials, in this order")
    parser.add_argument("--process", type=int, default=0, help="number of this process of trials: its file is called after it")
    parser.add_argument("--ask", type=int, default=256, help="questions that are answered side by side")
    parser.add_argument("--most", type=int, help="ask no more questions than this on each side (a rehearsal)")
    parser.add_argument("--only", nargs="+", default=[], help="cases of speed whose name holds one of these")
    parser.add_argument("--small", type=int, help="divide the rows of every batch by this (a rehearsal)")
    given = parser.parse_args(list(arguments))
    if given.what == "unpack":
        start = time.perf_counter()
        unpack(given.parts, given.carry, given.model)
        print(f"unpacked and checked in {time.perf_counter() - start:.0f} s")
        return 0
    given.out.mkdir(parents=True, exist_ok=True)
    return {"speed": speed, "untuned": _untuned, "recipe": _recipe, "trials": trials}[given.what](given)


# The recipe


def _recipe(given: argparse.Namespace) -> int:
    school, plan = School(given), Plan.of(given.plan)
    way, passages, groups, count = school.course(plan)
    settings = school.settings(plan, way)
    say(f"{count} closed-book rows, {way.served} served, {len(way.known)} known to mix, {len(way.kept)} to test, {len(passages)} passages")
    say("settings", settings.to_dict())
    texts, seconds = {}, {}
    earlier = given.model.parent / "untuned.json"  # a second call on the same machine need not ask again
    if earlier.is_file():
        texts["untuned"], seconds["untuned"] = json.loads(earlier.read_text(encoding="utf-8"))
    for seed in given.seeds:
        run = tune(
            school.fresh(), way.rows, Path(tempfile.mkdtemp()) / "out", settings=replace(settings, seed=seed), known=way.known, general=passages,
            general_held_out=prose("test"), held_out=way.held_out, known_held_out=way.known_held_out, info={"served": bool(way.served)},
        )  # fmt: skip
        say(
            f"seed {seed}: {run.steps} steps in {run.seconds:.0f} s, {run.tokens_per_second:,.0f} tokens/s, scale {run.scale}, best {run.best_step}, {run.stopped}",
            list(run.history),
        )
        held = kept_of(Sides(run, None), way.kept, prose("test"), 2)
        say(f"seed {seed}: kept", {name: round(value, 3) for name, value in held.items()})
        if given.look:
            continue
        asked = school.task["asked"]["tuned"]
        texts["tuned"], seconds["tuned"] = _answers(Base(model=run.model, tokenizer=run.tokenizer, name="tuned"), asked, given)
        cost = {f"{side}{more}": value for side, of in seconds.items() for more, value in of.items()}
        said = {"texts": texts, "kept": held, "cost": cost, "run": {**run.to_dict(), "seed": seed, "plan": asdict(plan)}}
        (given.out / f"said-{seed}.json.gz").write_bytes(gzip.compress(json.dumps(said, ensure_ascii=False).encode()))
        say(f"seed {seed}: closed-book", _shares(groups, texts["tuned"]))
        del run
        gc.collect()
    return 0


def _untuned(given: argparse.Namespace) -> int:
    """What the model says as it is: once for all seeds, which `carried grade` puts beside them."""
    base, asked = base_of(given), task_of(given)["asked"]["untuned"]
    texts, seconds = _answers(base, asked, given)
    text = json.dumps([texts, seconds], ensure_ascii=False)
    (given.model.parent / "untuned.json").write_text(text, encoding="utf-8")
    (given.out / "untuned.json.gz").write_bytes(gzip.compress(text.encode()))
    say("untuned asked", {name: round(one, 4) for name, one in seconds.items()})
    return 0


def _answers(base: Base, asked: dict[str, Any], given: argparse.Namespace) -> tuple[dict[str, str], dict[str, float]]:
    """The texts to all prompts, and the seconds of one, closed-book and with facts."""
    from kgllm.llms.transformers import TransformersLLM
    from kgllm.types import Prompt

    llm = TransformersLLM((base.model, base.tokenizer), batch=given.ask)
    texts: dict[str, str] = {}
    seconds: dict[str, float] = {}
    for prompt, name in ((False, ""), *(() if given.closed else ((True, " + facts"),))):
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


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
