"""Many short trainings side by side on one GPU (`benchmarks gpu -- trials`): each process takes the next plan that nobody took."""

from __future__ import annotations

import argparse
import copy
import gc
import json
import time
from collections.abc import Iterator
from dataclasses import asdict, dataclass, fields, replace
from typing import Any

from benchmarks._lent import NEVER, base_of, say, task_of
from benchmarks._trials import add, looked_at, parts, trial, written
from benchmarks.carried import key_of, rows_of
from kgllm.tuning import TuneSettings, mix
from kgllm.tuning.courses.course import HELD, TIMES, Course, also_shown, known_questions, spread, without_known
from kgllm.tuning.courses.general import prose
from kgllm.tuning.courses.probing import probe
from kgllm.tuning.encoding.encode import as_request
from kgllm.tuning.planning.memory import METHODS, VIRTUAL
from kgllm.tuning.rows import Row
from kgllm.tuning.teaching import PASSES, settings_for
from kgllm.tuning.weights.base import Base, load_base

HELD_OUT = 4 * HELD
"""A look at so many rows takes a GPU no longer than one at a few."""


@dataclass(frozen=True, kw_only=True)
class Plan:
    """One training. known, general: beside twelve rows; shown: each known question also with two others before it, as `course` has them; passages: "prose"
    (what comes with kgllm), "written" (by the model, besides), "asked" (and questions with answers); served: with the rows that are
    asked with facts, the budget and the dial; ratio: general data mixed in."""

    facts: int = NEVER
    seed: int = 0
    method: str = "lora"
    rate: float | None = None
    rank: int = 16
    batch: int = 64
    known: float = 8
    general: float = 4
    kl: float = 1.0
    passes: float = PASSES
    steps: int | None = None
    shown: bool = True
    passages: str = "written"
    served: bool = True
    packing: bool = True
    ratio: tuple[int, int] | None = None

    @classmethod
    def of(cls, said: str) -> Plan:
        """From JSON."""
        return cls(**json.loads(said))

    def beside(self, other: Plan) -> dict[str, Any]:
        """What differs from another plan."""
        return {one.name: getattr(self, one.name) for one in fields(self) if getattr(self, one.name) != getattr(other, one.name)}


_CURVE = Plan(facts=500, served=False)
_METHOD = Plan(facts=200, served=False, packing=False, steps=200)
_CURE = Plan(facts=100, served=False, batch=32, steps=60)
_PROMPTS = ("prefix", "p-tuning-v2", "prompt", "p-tuning")
NOTHING: dict[str, Any] = {"known": 0, "general": 0, "kl": 0.0}
SETS: dict[str, tuple[Plan, list[dict[str, Any]]]] = {
    "recipe": (
        Plan(),
        [
            {}, {"shown": False}, {"known": 4}, {"known": 4, "shown": False}, {"passages": "asked"}, {"passages": "prose"}, {"passes": 10},
            {"general": 2}, {"rank": 32}, {"rate": 5e-4, "passes": 8},
        ],
    ),
    "curves": (
        _CURVE,
        [
            *({"facts": n} for n in (2000, 1000)), {"steps": 300}, {}, {"general": 12}, *({"kl": one} for one in (0.0, 0.3, 3.0)),
            *({"known": one} for one in (0, 2, 4)), *({"seed": one} for one in (1, 2)), *({"facts": n} for n in (200, 50)),
            *({"steps": one} for one in (80, 40)), {"general": 1}, {"kl": 0.0, "known": 0},
        ],
    ),
    "methods": (
        _METHOD,
        [
            *({"method": one} for one in ("dora", "full", "qlora", "lora", "rslora", "freeze", "adapter", *_PROMPTS)),
            *({"method": one, "steps": 600} for one in _PROMPTS),
        ],
    ),
    "timing": (replace(_METHOD, steps=20), [{"steps": 5}, *({"method": one} for one in METHODS)]),
    "forgetting": (
        _CURE,
        [
            {**NOTHING, "ratio": (1, 5)}, {}, NOTHING, {"general": 0, "kl": 0.0}, {"known": 0}, {**NOTHING, "ratio": (1, 1)},
        ],
    ),
}  # fmt: skip
"""Of a set the longest first; the first of "timing" is thrown away, since kernels are loaded for it."""
SCALED = (1.0, 0.75, 0.5)
DIALED = (1.0, 0.9, 0.75, 0.6, 0.5, 0.25)
"""Of the middle run of the curves."""
MANY = 1536
"""Passages written to be mixed in: at 1 : 5 a run meets each of their pieces a few times."""


class School:
    """What all trainings on one machine share: the base (kept off the GPU), the rows, what holds the rest in place."""

    def __init__(self, given: argparse.Namespace) -> None:
        self.given, self.task = given, task_of(given)
        self.base = base_of(given)
        self.general = known_questions(self.base)
        self.knew = probe(self.base, rows_of(self.task["dev"]), cache=True)
        self.kept = self.general.test[: given.most]
        self.written = written(self.base, keep=given.carry / "written.json")
        self.device = next(self.base.model.parameters()).device
        self.base.model.to("cpu")

    def fresh(self, method: str = "lora") -> Base:
        """A copy of the base to train."""
        if method == "qlora":
            return load_base(self.given.model, four_bits=True)
        return replace(self.base, model=copy.deepcopy(self.base.model).to(self.device))

    def course(self, plan: Plan) -> tuple[Course, list[Row], dict[str, list[Row]], int]:
        """(the course, passages, groups to ask, rows from memory)."""
        task = self.task
        train, dev, groups = taught(task, plan.facts)
        train, known = without_known(train, self.knew, self.general.mixed)
        served = rows_of(task["served"]) if plan.served else []
        both = also_shown(known)
        way = Course(
            rows=(*(train * TIMES if served else train), *served), known=tuple(both if plan.shown else known),
            known_held_out=self.general.held_out, kept=tuple(self.kept), held_out=tuple(spread(dev, HELD_OUT)), knew=self.knew, served=len(served),
        )  # fmt: skip
        passages = [*prose("hold"), *(self.written if plan.passages != "prose" else [])]
        if plan.passages == "asked":
            passages += [
                Row(completion=f"{as_request(row.prompt, chat=False)} {row.answers[0]}", source="asked") for row in both[len(known) :]
            ]
        return way, passages, groups, len(train)

    def settings(self, plan: Plan, way: Course) -> TuneSettings:
        """The settings of `teach` for the course, at the plan's sizes."""
        size = max(1, plan.batch // (self.given.small or 1))
        beside = lambda part: max(round(size * part / 12), int(part > 0))
        more: dict[str, Any] = {"length": 1024} if plan.served else {"budget": None, "scales": (1.0,), "check_every": NEVER, "length": 1024}
        more |= {"steps": plan.steps} if plan.steps else {}
        given = settings_for(
            way, method=plan.method, rate=plan.rate, rank=plan.rank, alpha=2 * plan.rank, batch=plan.batch, known=beside(plan.known),
            general=beside(plan.general), kl=plan.kl, seed=plan.seed, save_every=NEVER, **more,
        )  # fmt: skip
        steps = plan.steps or round(given.steps * plan.passes / PASSES)
        steps = max(2, steps // (self.given.small or 1))
        check = given.check_every if given.check_every == NEVER else max(1, steps // 8)
        return replace(given, steps=steps, check_every=check, batch=size, packing=plan.packing and plan.method not in VIRTUAL)


def taught(task: dict[str, Any], facts: int) -> tuple[list[Row], list[Row], dict[str, list[Row]]]:
    """The rows of so many facts, and of the groups those that ask for these, or for none that is taught; the share of the rows to be
    declined stays."""
    every = rows_of(task["train"])
    ids = list(dict.fromkeys(fact for row in every for fact in row.facts))
    chosen, left = set(ids[:facts]), set(ids[facts:])
    own = lambda rows: [row for row in rows if row.answers and set(row.facts) <= chosen]
    none = [row for row in every if not row.answers]
    groups = {name: [row for row in rows_of(rows) if not set(row.facts) & left] for name, rows in task["groups"].items()}
    declined = spread(none, max(1, round(len(none) * len(chosen) / max(1, len(ids)))))
    return [*own(every), *declined], own(rows_of(task["dev"])), groups


def trials(given: argparse.Namespace) -> int:
    """The plans of the sets named, each by the first process that is free; stops taking when the time is over."""
    start = time.perf_counter()
    school = School(given)
    say(f"{len(school.general.mixed)} known to mix, {len(school.kept)} to test, {len(school.written)} passages written")
    for name, plan, base in _plans(given):
        if time.perf_counter() - start > given.seconds:
            say("the time is over")
            break
        if not _mine(given, name, plan):
            continue
        try:
            say(name, _one(given, school, name, plan, plan.beside(base)))
        except Exception as error:  # noqa: BLE001 - the others go on, and the reason is kept
            say(name, plan.beside(base), f"{type(error).__name__}: {error}"[:600])
        gc.collect()
    return 0


def _plans(given: argparse.Namespace) -> Iterator[tuple[str, Plan, Plan]]:
    for name in given.plans:
        base, several = SETS[name]
        for more in several:
            yield name, replace(base, **more), base


def _mine(given: argparse.Namespace, name: str, plan: Plan) -> bool:
    """Whether no other process took this plan before."""
    folder = given.out / "taken"
    folder.mkdir(parents=True, exist_ok=True)
    try:
        (folder / f"{name}-{key_of(json.dumps(asdict(plan)))}").open("x").close()
    except FileExistsError:
        return False
    return True


def _one(given: argparse.Namespace, school: School, name: str, plan: Plan, differs: dict[str, Any]) -> dict[str, Any]:
    way, passages, groups, count = school.course(plan)
    settings, rows, ordered = school.settings(plan, way), list(way.rows), False
    if plan.ratio is not None:  # as many domain rows a step as the others have, and the general ones beside them
        turns = -(-settings.steps * settings.batch // len(rows))
        many = written(school.fresh(), max(4, MANY // (given.small or 1)), keep=given.out / "many.json")
        short = [replace(row, completion=part) for row in (*passages, *many) for part in parts(row.completion)]
        rows, ordered = list(mix(rows * turns, short, ratio=plan.ratio).rows), True
        settings = replace(settings, batch=settings.batch * sum(plan.ratio))
    asked = {one: groups[one][: given.most] for one in ("seen", "unseen", "reverse", "one_way", "unanswerable") if groups.get(one)}
    asked["dev"] = list(way.held_out)[: given.most]
    if name != "methods":
        asked["MetaQA 1 hop, taught"] = [row for row in groups.get("MetaQA 1 hop, taught", []) if row.facts][: given.most]
    served = {"held_out": way.held_out, "known_held_out": way.known_held_out, "watched": prose("test")} if plan.served else {}
    alone = differs == {} and name == "curves" and not (given.out / "untuned.json").is_file()
    if alone:
        base = school.fresh()
        (given.out / "untuned.json").write_text(json.dumps(looked_at(base.model, base, asked, school.kept)), encoding="utf-8")
    scales = (DIALED if not differs else SCALED) if name == "curves" else SCALED if name == "forgetting" and not differs else (1.0,)
    out = given.out / f"{name}-{given.process}.jsonl"
    line = trial(
        school.fresh(plan.method), rows, name=f"{name} {json.dumps(differs)}", settings=settings, asked=asked, known=way.known, kept=school.kept,
        passages=passages, scales=scales, ordered=ordered, only_train=name == "timing", out=out,
        more={"memory_rows": count, "facts": plan.facts}, **served,
    )  # fmt: skip
    if name == "timing":
        line = {one: line[one] for one in ("name", "trained", "steps", "tokens", "seconds_a_step", "processor_seconds_a_step", "peak_GB")}
        add(out, line)
    return line
