"""`tune`: rows in, a verified adapter folder out."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from kgllm.errors import ConfigError, WrongTypeError, shorten
from kgllm.tuning.encoding.batches import Batches, Passage
from kgllm.tuning.encoding.doctor import Diagnosis, diagnose
from kgllm.tuning.encoding.encode import Encoded, Encoder, encode_all
from kgllm.tuning.planning.memory import PASSAGE, PLACES
from kgllm.tuning.rows import read_rows
from kgllm.tuning.settings import TuneSettings
from kgllm.tuning.training.arguments import arguments, check_reporters
from kgllm.tuning.training.dial import KNOWN_REACH, REACH, has_dial, turn
from kgllm.tuning.training.loss import base_states, head_of
from kgllm.tuning.training.marks import MARK, made_before, mark_of, put_mark
from kgllm.tuning.training.processes import leave_at_exit
from kgllm.tuning.training.watch import Watch, put_back
from kgllm.tuning.weights.base import Base, load_base, must_be_there
from kgllm.tuning.weights.checkpoint import load_tensors, newest, save_tensors, tidy
from kgllm.tuning.weights.methods import apply, quiet, settle, trained
from kgllm.tuning.weights.virtual import FROM_WORDS, begin_as, words_of

if TYPE_CHECKING:
    from kgllm.tuning.training.trainer import KGTrainer

STATES = "base-states.safetensors"
_SHORTEST = 4
"""Tokens of a general text that says anything."""


@dataclass(frozen=True, kw_only=True)
class Tuned:
    """What a run gave. `model` and `tokenizer` are ready to answer; `folder` holds the adapter; `history` the looks by step."""

    folder: Path
    model: Any
    tokenizer: Any
    settings: TuneSettings
    history: tuple[dict[str, float], ...]
    best_step: int
    steps: int
    stopped: str
    scale: float
    trained: int
    parameters: int
    seconds: float
    tokens: int
    skipped: int

    @property
    def tokens_per_second(self) -> float:
        return self.tokens / self.seconds if self.seconds else 0.0

    def to_dict(self) -> dict[str, Any]:
        """Plain values, for JSON."""
        names = ("best_step", "steps", "stopped", "scale", "trained", "parameters", "seconds", "tokens", "tokens_per_second", "skipped")
        return {**{name: getattr(self, name) for name in names}, "history": list(self.history), "settings": self.settings.to_dict()}


def tune(
    model: Any,
    rows: Any,
    folder: str | Path,
    *,
    settings: TuneSettings | None = None,
    known: Any = (),
    general: Any = (),
    held_out: Any = (),
    known_held_out: Any = (),
    general_held_out: Any = (),
    start: str | Path | None = None,
    info: Mapping[str, Any] | None = None,
    resume: bool = True,
    ordered: bool = False,
    again: bool = False,
    progress: Callable[[int, int], None] | None = None,
) -> Tuned:
    """Tune a model on rows, and save the adapter to a new folder.

    Args:
        model: (model, tokenizer), "gemma3-270m", a folder, or a hub name.
        rows: what is taught: anything `kgllm.tuning.rows.read_rows` takes.
        folder: of the adapter; checkpoints stand in `FOLDER.run` beside it until it is done, and are resumed from there. Its log stays.
        known: questions that the model answers, some in every batch, so that it goes on answering.
        general: texts at which the model is held to what it was (KL): short passages, since of each the first 48 tokens are taken.
        held_out: rows that are not trained, by which the best state and the dial are chosen.
        known_held_out: other questions that the model answers, not trained either, as they should be asked (`kgllm.tuning.courses.probing`'s
            `with_shots` puts examples before them): how many it still answers has the known budget.
        general_held_out: other texts, whose perplexity has the budget; by default every fifth of `general`.
        start: an adapter of the same method to go on from.
        info: what else the folder should say of itself.
        resume: take up the newest checkpoint that verifies, where there is one of these settings.
        ordered: train the rows in the order given (that of `mix`).
        again: where the folder holds the adapter that this very run has made, give that back instead of refusing.
        progress: called with steps done and steps in all, first when training begins.

    Raises:
        ConfigError: settings that do not go together, rows that would teach nothing (see `kgllm.tuning.encoding.doctor`).
        TrainingDiverged: the loss stays no number. CheckpointError: the folder exists, or cannot be written.
    """
    must_be_there()
    given = TuneSettings() if settings is None else settings
    if not isinstance(given, TuneSettings):
        raise WrongTypeError(f"settings must be TuneSettings, not {shorten(given)}", hint="TuneSettings.from_dict(…) makes them of a dict")
    check_reporters(given)
    target = Path(folder).expanduser().absolute()
    if target.exists() and not again:
        raise ConfigError(f"there is already something at {target}", hint="tune into a new folder")
    base = load_base(model, dtype=given.dtype, four_bits=given.method == "qlora")
    job = _prepare(base, rows, (known, known_held_out), (general, general_held_out), held_out, given)
    root = target.with_name(f"{target.name}.run")
    mark = mark_of(given, base, (*job.rows, *job.known, *job.held, *job.kept))
    if target.exists():
        return made_before(target, base, mark)
    put_mark(root, mark)
    states = _states(base, job, given, root)
    run = _Run(base=base, job=job, given=given, target=target, root=root, mark=mark, states=states, ordered=ordered, progress=progress)
    with quiet():
        return run.train(start, info or {}, resume)


@dataclass(frozen=True, kw_only=True)
class Job:
    """Everything encoded."""

    rows: list[Encoded]
    known: list[Encoded]
    passages: list[Passage]
    held: list[Encoded]
    kept: list[Encoded]
    watched: list[Encoded]
    diagnosis: Diagnosis


def _prepare(base: Base, rows: Any, known: tuple[Any, Any], general: tuple[Any, Any], held_out: Any, given: TuneSettings) -> Job:
    """known, general: (what stands beside the rows, what is held out of it)."""
    encoder = Encoder(base.tokenizer, length=given.length)
    taught = encode_all(read_rows(rows), encoder, loss=given.loss)
    diagnosis = diagnose(taught, encoder, loss=given.loss)
    diagnosis.raise_if_ill()
    texts, watched = map(read_rows, general)
    if not watched and len(texts) >= 5:
        texts, watched = [one for i, one in enumerate(texts) if i % 5], texts[::5]
    if texts and not watched and given.budget is not None:
        raise ConfigError(
            f"{len(texts)} general texts are too few: every fifth is kept aside, to see that perplexity stays within the budget",
            hint="give five or more, others as general_held_out, or budget=None",
        )
    kept = [one for one in encode_all(texts, encoder) if len(one.ids) >= _SHORTEST] if given.general and given.kl else []
    if texts and not kept and given.general and given.kl:
        raise ConfigError(
            f"no general text has {_SHORTEST} tokens: there is nothing to hold the model at", hint="give passages, or general=0"
        )
    return Job(
        rows=taught,
        known=encode_all(read_rows(known[0]), encoder),
        passages=_passages(kept),
        held=[encoder.graded(row) for row in read_rows(held_out)],
        kept=[encoder.graded(row) for row in read_rows(known[1])],
        watched=encode_all(watched, encoder),
        diagnosis=diagnosis,
    )


def _passages(texts: Sequence[Encoded]) -> list[Passage]:
    """Texts with evenly spread places, and where each place's state stands in the table."""
    found, at = [], 0
    for one in texts:
        ids = one.ids[:PASSAGE]
        count = min(PLACES, len(ids) - 1)
        places = tuple(sorted({(i + 1) * (len(ids) - 1) // count - 1 for i in range(count)} | {len(ids) - 2}))
        found.append(Passage(ids, places, at))
        at += len(places)
    return found


def _states(base: Base, job: Job, given: TuneSettings, root: Path) -> Any:
    """The base model's states at the places held, computed once and kept beside the checkpoints: a resumed run has the same."""
    if not job.passages:
        return None
    file = root / STATES
    if file.is_file():
        kept = load_tensors(file)["states"]
        if len(kept) == sum(len(one.places) for one in job.passages):
            return kept.to(next(base.model.parameters()).device)
    states = base_states(base.model, job.passages, pad=base.pad)
    root.mkdir(parents=True, exist_ok=True)
    work = file.with_suffix(f".writing-{os.getpid()}")  # every process of a distributed run comes by here
    save_tensors(work, {"states": states})
    work.rename(file)
    return states


@dataclass(frozen=True, kw_only=True)
class _Run:
    """One run of `tune`: the base, what is encoded, the settings; where the adapter goes and where the checkpoints stand."""

    base: Base
    job: Job
    given: TuneSettings
    target: Path
    root: Path
    mark: str
    states: Any
    ordered: bool
    progress: Callable[[int, int], None] | None

    def train(self, start: str | Path | None, info: Mapping[str, Any], resume: bool) -> Tuned:
        """Train, put the best state back, turn the dial, save."""
        from transformers import set_seed

        from kgllm.tuning.training.trainer import Terminated
        from kgllm.tuning.weights import adapters

        job, given = self.job, self.given
        head = _frozen_head(self.base.model, given) if self.states is not None else None
        set_seed(given.seed)
        model = apply(self.base.model, given)
        if given.method in FROM_WORDS:
            begin_as(model, words_of([one.ids for one in job.rows], self.base.tokenizer, given.virtual))
        if start is not None:
            adapters.fill(model, start)
        watch = self._watch()
        stopping = Terminated()
        trainer = self._trainer(model, head, watch, stopping)
        checkpoint = newest(self.root) if resume else None
        if checkpoint is None:
            watch.begin(model)
        trainer.train(resume_from_checkpoint=str(checkpoint) if checkpoint else None)
        seconds = trainer.seconds()
        leave_at_exit()
        if stopping.told(trainer.args):
            raise SystemExit(143)
        model = trainer.accelerator.unwrap_model(trainer.model)
        if watch.best is not None:
            put_back(model, watch.best)
        scale = turn(model, watch, given)
        settle(model)
        model.eval()
        found = self._found(trainer, model, watch, scale, seconds)
        tensors = self._gathered(trainer, model)
        if trainer.args.should_save:
            self._save(found, info, tensors)
            trainer.state.save_to_json(str(self.root / "trainer_state.json"))
            tidy(self.root, 0)  # what a run goes on from is no use once it is done, and of `full` as large as the model several times
            (self.root / STATES).unlink(missing_ok=True)
        trainer.accelerator.wait_for_everyone()
        return found

    def _watch(self) -> Watch:
        job, given = self.job, self.given
        dial = has_dial(job.held, (*job.watched, *job.kept), given)
        return Watch(
            held=job.held,
            general=job.watched,
            known=job.kept,
            pad=self.base.pad,
            budget=given.budget if job.watched else None,
            known_budget=given.known_budget if job.kept else None,
            reach=REACH if dial else 1.0,
            known_reach=KNOWN_REACH if dial else 1.0,
            patience=given.patience,
        )

    def _trainer(self, model: Any, head: Any, watch: Watch, stopping: Any) -> KGTrainer:
        from transformers import PrinterCallback

        from kgllm.tuning.training.trainer import KGTrainer, Progress

        given = self.given
        args = arguments(self.base, given, self.root)
        trainer = KGTrainer(
            model=model,
            args=args,
            train_dataset=self._batches(given.steps * given.accumulation * args.world_size),
            data_collator=lambda items: items[0],
            callbacks=[stopping, *([Progress(self.progress)] if self.progress else [])],
            states=self.states,
            kl=given.kl,
            frozen_head=head,
            watch=watch,
            root=self.root,
            keep=given.keep,
            check_every=given.check_every,
        )
        trainer.remove_callback(PrinterCallback)
        return trainer

    def _batches(self, count: int) -> Batches:
        job, given = self.job, self.given
        return Batches(
            job.rows,
            known=job.known,
            general=job.passages if self.states is not None else (),
            sizes=(given.batch, given.known, given.general),
            count=count,
            pad=self.base.pad,
            length=given.length,
            packing=given.packing,
            shuffle=not self.ordered,
            seed=given.seed,
        )

    def _found(self, trainer: KGTrainer, model: Any, watch: Watch, scale: float, seconds: float) -> Tuned:
        done = trainer.state.global_step
        counts = trained(model)
        dataset: Any = trainer.train_dataset
        return Tuned(
            folder=self.target,
            model=model,
            tokenizer=self.base.tokenizer,
            settings=self.given,
            history=tuple(watch.history),
            best_step=watch.best_step,
            steps=done,
            stopped=watch.ended(),
            scale=scale,
            trained=counts[0],
            parameters=counts[1],
            seconds=seconds,
            tokens=dataset.tokens() * done // max(1, self.given.steps),
            skipped=trainer.guard.skipped,
        )

    def _gathered(self, trainer: KGTrainer, model: Any) -> dict[str, Any] | None:
        """What is saved of a model that is spread over the processes, which all of them must gather; None of any other."""
        from kgllm.tuning.weights.adapters import tensors_of
        from kgllm.tuning.weights.spread import gathered, is_spread

        if not any(is_spread(one) for one in model.parameters()):
            return None
        return gathered(tensors_of(model, self.given), keep=trainer.args.should_save)

    def _save(self, found: Tuned, info: Mapping[str, Any], tensors: Mapping[str, Any] | None) -> None:
        from kgllm.tuning.weights import adapters
        from kgllm.tuning.weights.cards import model_card

        said = {"run": found.to_dict(), "rows": len(self.job.rows), **info, MARK: self.mark}
        card = model_card(self.base, self.given, said, unused=self._unused(said))
        adapters.save(
            found.model, self.target, base=self.base, settings=self.given, scale=found.scale, card=card, info=said, tensors=tensors
        )

    def _unused(self, said: Mapping[str, Any]) -> set[str]:
        """Settings of rows that this run has none of: a card that names them tells of what was not done."""
        job = self.job
        needs = {
            "known": job.known, "general": job.passages, "kl": job.passages, "budget": job.watched, "known_budget": job.kept,
            "patience": job.held, "scales": job.held, "ratio": (said.get("mix") or {}).get("general"),
        }  # fmt: skip
        return {name for name, rows in needs.items() if not rows}


def _frozen_head(model: Any, given: TuneSettings) -> Any:
    """Where the head itself is trained, a copy of it as it was: the base's states must go through the base's head."""
    import copy

    if given.method != "full":
        return None
    head = copy.deepcopy(head_of(model)).requires_grad_(False)
    cap = getattr(model.config.get_text_config(), "final_logit_softcapping", None)
    if cap:
        return lambda states: cap * (head(states.to(head.weight.dtype)) / cap).tanh()
    return lambda states: head(states.to(head.weight.dtype))
