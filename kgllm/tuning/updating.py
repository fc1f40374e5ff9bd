"""A graph that changes: an adapter taught what was added, changed and removed, and nothing else."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from kgllm.display import amount
from kgllm.errors import ConfigError, WrongTypeError, shorten
from kgllm.graphs.base import Graph
from kgllm.llms.transformers import TransformersLLM
from kgllm.tuning.courses.course import HELD, TIMES, KnownQuestions, also_shown, known_questions, spread
from kgllm.tuning.courses.curriculum import Lessons, lessons
from kgllm.tuning.courses.general import enough, prose, spoken
from kgllm.tuning.courses.served import served_rows
from kgllm.tuning.encoding.encode import Encoder
from kgllm.tuning.planning.memory import VIRTUAL
from kgllm.tuning.proving.proof import Proof, evaluate
from kgllm.tuning.proving.report import save_report
from kgllm.tuning.rows import NOT_KNOWN, Row
from kgllm.tuning.settings import TuneSettings
from kgllm.tuning.teaching import ANSWER, SERVED, alone, steps_for
from kgllm.tuning.training.grade import grade
from kgllm.tuning.training.runs import Tuned, tune
from kgllm.tuning.weights.adapters import load
from kgllm.tuning.weights.base import Base, find_base
from kgllm.types import Fact

KEPT = 60
"""Facts that stayed, asked to see what was kept and, those answered, mixed in."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Changes:
    """Facts by what happened to them. changed: facts of the new graph whose question had another answer in the old one."""

    added: tuple[Fact, ...]
    changed: tuple[Fact, ...]
    removed: tuple[Fact, ...]
    kept: tuple[Fact, ...]

    def told(self) -> str:
        """What a model card says of them."""
        return f"{amount(len(self.changed) + len(self.added), 'fact')} new or changed, {len(self.removed):,} removed"


@dataclass(frozen=True, kw_only=True)
class Updated:
    """The new adapter, what changed, and the proof of what was learned and kept (None where there is nothing new)."""

    folder: Path
    changes: Changes
    tuned: Tuned | None
    proof: Proof | None


def changes(old: Graph, new: Graph) -> Changes:
    """The difference between two graphs, by what is asked: subject and relation.

    >>> import kgllm
    >>> old = kgllm.load([("Oslo", "mayor", "Ana"), ("Oslo", "country", "Norway")])
    >>> new = kgllm.load([("Oslo", "mayor", "Bo"), ("Oslo", "country", "Norway"), ("Rome", "mayor", "Cy")])
    >>> found = changes(old, new)
    >>> [str(fact.object) for fact in (*found.changed, *found.added)], found.removed
    (['Bo', 'Cy'], ())
    """
    before, after = {fact.id: fact for fact in _facts(old)}, {fact.id: fact for fact in _facts(new)}
    asked_before = {_asked(fact) for fact in before.values()}
    asked_after = {_asked(fact) for fact in after.values()}
    fresh = [fact for id, fact in after.items() if id not in before]
    return Changes(
        added=tuple(fact for fact in fresh if _asked(fact) not in asked_before),
        changed=tuple(fact for fact in fresh if _asked(fact) in asked_before),
        removed=tuple(fact for id, fact in before.items() if id not in after and _asked(fact) not in asked_after),
        kept=tuple(fact for id, fact in after.items() if id in before),
    )


def update(
    adapter: str | Path,
    old: Graph,
    new: Graph,
    folder: str | Path,
    *,
    base: str | Path | None = None,
    settings: TuneSettings | None = None,
    languages: Sequence[str] | None = None,
    tell: Callable[[str, int, int | None], None] | None = None,
) -> Updated:
    """Train an adapter on with the difference of two graphs, and save the result to a new folder (`adapter` and `report` inside). Killed,
    the same call goes on.

    What was added or changed is taught (with the facts that `GraphQA` serves, too, where the adapter was taught so), what was removed is
    declined, and facts that stayed and general questions (those it answers) stand in every batch. The method and its sizes are the
    adapter's; without `settings` the others are, too, and the steps follow from how much there is to learn.

    Raises:
        ConfigError: the adapter was not made by kgllm, the folder holds a report, or nothing of the difference can be asked. CheckpointError: see `kgllm.tuning.load`.
    """
    alone("update")
    target = Path(folder).expanduser().absolute()
    _allowed(target, base, settings)
    say = tell or (lambda *_: None)
    say("comparing the graphs", 0, None)
    found = load(adapter, base=base)
    if "settings" not in found.info:
        raise ConfigError(f"{adapter} does not say how it was trained", hint="update takes adapters that kgllm made")
    difference = changes(old, new)
    if not (difference.changed or difference.added or difference.removed):
        return Updated(folder=Path(adapter), changes=difference, tuned=None, proof=None)
    was = TuneSettings.from_dict(dict(found.info["settings"]))
    asked = _Asked.of(old, new, difference, (settings or was).seed, languages)
    say("probing", 0, None)
    general = known_questions(_asked_now(found), languages=asked.languages)
    rows, served = _rows(found, asked, new, was.length)
    tuned = _tuned(
        found,
        asked,
        rows=rows,
        general=general,
        adapter=adapter,
        place=base if base is not None else _source(found, adapter),
        target=target,
        settings=_given(was, settings, len(rows), served=served),
        info={"graph": new.version(), "data": f"{difference.told()}: {asked.told()}"},
        say=say,
    )
    proof = _proven(found, asked, tuned, general=general, say=say)
    save_report(proof, target / "report", run=tuned.to_dict())
    return Updated(folder=target, changes=difference, tuned=tuned, proof=proof)


@dataclass(frozen=True, slots=True)
class _Asked:
    """What an update asks: lessons of the new facts, questions whose facts are gone, and lessons of facts that stayed."""

    made: Lessons | None
    gone: list[Row]
    stayed: Lessons | None

    @classmethod
    def of(cls, old: Graph, new: Graph, difference: Changes, seed: int, languages: Sequence[str] | None) -> _Asked:
        made = _made(new, [*difference.changed, *difference.added], seed, languages)
        gone = _declined(_made(old, difference.removed, seed, languages))
        if made is None and not gone:
            raise ConfigError(
                "nothing that was added, changed or removed can be asked",
                hint="its relations need names, and its facts entities with names",
            )
        return cls(made, gone, _made(new, spread(difference.kept, KEPT), seed, languages))

    def told(self) -> str:
        """What a model card says of it: of the changes, what there are questions for."""
        made = len(self.made.facts) if self.made else 0
        return f"{amount(made, 'fact')} taught, {amount(len(self.declined), 'question')} of removed ones declined"

    @property
    def languages(self) -> tuple[str, ...]:
        """Those that it asks in, of those that general questions and prose are there in."""
        return spoken([*(self.made.train if self.made else ()), *self.gone])

    @property
    def declined(self) -> list[Row]:
        """Of the questions whose facts are gone, those that are trained."""
        return self.gone[::2]

    @property
    def held_out(self) -> list[Row]:
        """… and those that are not."""
        return self.gone[1::2]

    def groups(self) -> dict[str, Sequence[Row]]:
        """What is asked after an update: what was learned, what should be declined now, and what should have stayed."""
        groups = {name: rows for name, rows in (self.made.groups() if self.made else {}).items() if name in ("seen", "unseen", "reverse")}
        found = {**groups, "removed": self.held_out, "kept": self.stayed.unseen if self.stayed else ()}
        return {name: rows for name, rows in found.items() if rows}


def _tuned(
    found: Any,
    asked: _Asked,
    *,
    rows: list[Row],
    general: KnownQuestions,
    adapter: str | Path,
    place: Any,
    target: Path,
    settings: TuneSettings,
    info: Mapping[str, Any],
    say: Callable[[str, int, int | None], None],
) -> Tuned:
    """The adapter trained on, held at what it answers now."""
    return tune(
        place,
        rows,
        target / "adapter",
        settings=settings,
        known=[*also_shown(general.mixed), *(_answered(found, list(asked.stayed.train)) if asked.stayed else [])],
        general=enough(prose("hold", languages=asked.languages), _asked_now(found), settings),
        general_held_out=prose("test", languages=asked.languages),
        held_out=spread(asked.made.dev, HELD) if asked.made else asked.held_out,
        known_held_out=general.held_out,
        start=adapter,
        info={**info, "updated_from": Path(adapter).name, "served": bool(found.info.get("served"))},
        again=True,
        progress=lambda done, of: say("training", done, of),
    )


def _proven(found: Any, asked: _Asked, tuned: Tuned, *, general: KnownQuestions, say: Callable[[str, int, int | None], None]) -> Proof:
    """What was learned, what is declined now and what stayed, asked of the adapter as it was and as it is."""
    say("asking", 0, None)
    return evaluate(
        tuned,
        asked.groups(),
        before=_before(found),
        trained=asked.made.train if asked.made else (),
        known=general.test,
        texts=prose("test", languages=asked.languages),
        progress=lambda done, of: say("asking", done, of),
    )


def _rows(found: Any, asked: _Asked, new: Graph, length: int) -> tuple[list[Row], bool]:
    """What is trained: from memory, and with served facts where the adapter was taught so and there is anything new; whether it is."""
    memory = [*(asked.made.train if asked.made else ()), *asked.declined]
    reading = _reading(found, asked.made, new, length) if asked.made and found.info.get("served") else []
    return [*(memory * TIMES if reading else memory), *reading], bool(reading)


def _allowed(target: Path, base: Any, settings: Any) -> None:
    if (target / "report").exists():
        raise ConfigError(f"there is already a report in {target}", hint="update into a new folder")
    if base is not None and not isinstance(base, (str, Path)):  # the adapter goes onto it, and what is trained anew would go onto that
        raise WrongTypeError(f"base must be a name or a folder, not {shorten(base)}")
    if settings is not None and not isinstance(settings, TuneSettings):
        raise WrongTypeError(
            f"settings must be TuneSettings, not {shorten(settings)}", hint="TuneSettings.from_dict(…) makes them of a dict"
        )


def _given(was: TuneSettings, settings: TuneSettings | None, rows: int, *, served: bool) -> TuneSettings:
    """The settings of an update: the adapter's method and sizes, and as many steps as the rows need where none are said."""
    sizes = {name: getattr(was, name) for name in ("method", "rank", "alpha", "dropout", "targets", "virtual", "width", "top")}
    if settings is not None:
        return replace(settings, **sizes)
    steps = steps_for(rows, served, was.batch)
    packing = served and was.method not in VIRTUAL
    return replace(was, steps=steps, check_every=max(10, steps // 8), packing=packing)


def _asked_now(found: Any) -> Base:
    """The model with the adapter as it is, to be asked; it has no fingerprint, since it is not the base."""
    return Base(model=found.model, tokenizer=found.tokenizer, name="before")


def _reading(found: Any, made: Lessons, new: Graph, length: int) -> list[Row]:
    """What is taught, as it is asked with the facts of the new graph: `teach`'s share of it."""
    asked = spread(made.train, max(1, round(SERVED * len(made.train))))
    return served_rows(new, asked, TransformersLLM((found.model, found.tokenizer), name="before"), tokens=length - ANSWER)


def _before(found: Any) -> TransformersLLM:
    return TransformersLLM((found.model, found.tokenizer), name="before")


def _source(found: Any, adapter: str | Path) -> Any:
    known = found.info["base"]
    return find_base(known["name"], known.get("beside", ""), known.get("fingerprint", ""), Path(adapter).expanduser().absolute())


def _facts(graph: Graph) -> Iterator[Fact]:
    cursor = None
    while True:
        page = graph.scan(cursor)
        yield from (one for one in page.items if isinstance(one, Fact))
        cursor = page.cursor
        if cursor is None:
            return


def _asked(fact: Fact) -> tuple[str, str]:
    return str(fact.subject.id), str(fact.relation.id)


def _made(graph: Graph, facts: Sequence[Fact], seed: int, languages: Sequence[str] | None) -> Lessons | None:
    """Lessons of facts; None where there are none, or none that can be asked."""
    if not facts:
        return None
    try:
        return lessons(graph, facts=facts, seed=seed, languages=languages)
    except ConfigError:  # facts of events, say: what else there is goes on
        return None


def _declined(made: Lessons | None) -> list[Row]:
    """Questions whose fact is gone: to be declined."""
    if made is None:
        return []
    forward = [row for row in (*made.train, *made.unseen) if row.kind == "one_hop"]
    return [replace(row, answers=(), completion=NOT_KNOWN[row.language], kind="removed", facts=()) for row in forward]


def _answered(found: Any, rows: Sequence[Row]) -> list[Row]:
    """Those of the rows that the adapter answers now."""
    encoder = Encoder(found.tokenizer, length=1024)
    pad = found.tokenizer.pad_token_id if found.tokenizer.pad_token_id is not None else 0
    right = grade(found.model, [encoder.graded(row) for row in rows], pad=pad).right
    return [row for row, hit in zip(rows, right, strict=True) if hit]
