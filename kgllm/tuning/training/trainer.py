"""transformers' Trainer with kgllm's loss, guards and checkpoints. Imported where training begins: it loads torch and transformers."""

from __future__ import annotations

import json
import random
import signal
import threading
import time
from pathlib import Path
from typing import Any

import numpy as np
import torch
from transformers import Trainer, TrainerCallback
from transformers.trainer_utils import SaveStrategy

from kgllm.errors import CheckpointError, ConfigError, TrainingDiverged
from kgllm.tuning.training.heap import give_back
from kgllm.tuning.training.loss import losses
from kgllm.tuning.training.watch import Watch, put_back, trained_tensors
from kgllm.tuning.weights.checkpoint import load_tensors, save_tensors, step_folder, tidy, verify, written
from kgllm.tuning.weights.spread import gathered, spread_as

RESTORES = 2
"""How often a diverged run is set back to its last good look before it is given up."""
SLIM = 4
"""Steps between which free memory is given back to the system."""
SKIPS = 2
"""Steps in a row whose loss or gradient is no number that are skipped before it is set back."""


class KGTrainer(Trainer):
    """Loss where labels are, KL to the base on general passages, and checkpoints that verify.

    states: the base model's states of the general passages; kl: their weight; frozen_head: see `losses`.
    """

    model_accepts_loss_kwargs = True

    def __init__(
        self, *, states: Any, kl: float, frozen_head: Any, watch: Watch, root: Path, keep: int, check_every: int, **given: Any
    ) -> None:
        super().__init__(**given)
        if self.is_fsdp_enabled and self.accelerator.state.fsdp_plugin.fsdp_version < 2:
            raise ConfigError("kgllm trains under FSDP2, and this is FSDP1", hint="accelerate launch --fsdp_version 2 …")
        self.model_accepts_loss_kwargs = True
        self.loss_is_scaled_for_ga = True
        self.states, self.kl_weight, self.frozen_head, self.watch = states, kl, frozen_head, watch
        self.root, self.keep = root, keep
        self.guard = Guard(self)
        self.add_callback(self.guard)
        self.add_callback(Looks(self, check_every))
        if self.args.device.type == "cpu":
            self.add_callback(Slim())
        self.parts: dict[str, Any] = {}
        self.norm: Any = None
        """Of the gradients of the step in hand, before they were clipped."""
        self.began, self.before = time.perf_counter(), 0.0

    def train(self, *args: Any, **more: Any) -> Any:
        """Train; see `seconds`."""
        self.began = time.perf_counter()
        return super().train(*args, **more)

    def seconds(self) -> float:
        """How long the steps took that count: those before the checkpoint that a run goes on from, too."""
        return self.before + time.perf_counter() - self.began

    def compute_loss(self, model: Any, inputs: Any, return_outputs: bool = False, num_items_in_batch: Any = None) -> Any:
        """Cross-entropy over labels, averaged over the labels of the whole step, and KL to the base model."""
        summed, count, kl = losses(model, inputs, self.states, self.frozen_head)
        total = num_items_in_batch if num_items_in_batch is not None else max(1, count)
        taught = summed / total
        if num_items_in_batch is not None and self.args.average_tokens_across_devices:
            taught = taught * self.accelerator.num_processes
        loss = taught + self.kl_weight * kl / self.current_gradient_accumulation_steps
        self.parts = {"taught": summed.detach() / max(1, count), "kl": kl.detach()}  # read when they are logged: a GPU need not wait
        return (loss, {}) if return_outputs else loss

    def training_step(self, model: Any, inputs: Any, num_items_in_batch: Any = None) -> Any:
        """One step back, unless the loss is no number: then no gradient of this step is used, on any process."""
        model.train()
        inputs = self._prepare_inputs(inputs)
        with self.compute_loss_context_manager():
            loss = self.compute_loss(model, inputs, num_items_in_batch=num_items_in_batch)
        self.guard.see(loss)
        self.accelerator.backward(loss)
        return torch.nan_to_num(loss.detach(), nan=0.0, posinf=0.0, neginf=0.0)  # what is logged; the guard has seen it

    def _clip_grad_norm(self, model: Any) -> Any:
        self.norm = super()._clip_grad_norm(model)
        return self.norm

    def floating_point_ops(self, inputs: Any) -> int:
        """Not counted: transformers walks every parameter of the model for it at every step."""
        return 0

    def log(self, logs: dict[str, float], start_time: float | None = None) -> None:
        """With the two parts of the loss."""
        parts = {f"loss_{name}": float(value) for name, value in self.parts.items()} if "loss" in logs else {}
        super().log({**logs, **parts}, start_time)

    def _save_checkpoint(self, model: Any, trial: Any) -> None:
        if self.is_deepspeed_enabled:  # its states are its own
            super()._save_checkpoint(model, trial)
            return
        target = step_folder(self.root, self.state.global_step)
        generators, keep = self._generators(), self.args.should_save
        trained = gathered(trained_tensors(self.accelerator.unwrap_model(self.model)), keep=keep)
        tensors, rest = _flat(self.optimizer.state_dict())
        tensors, best = gathered(tensors, keep=keep), gathered(self.watch.best or {}, keep=keep)
        if keep and not target.exists():
            with written(target) as work:
                save_tensors(work / "trained.safetensors", trained)
                save_tensors(work / "optimizer.safetensors", tensors)
                save_tensors(work / "generators.safetensors", generators)
                if self.watch.best is not None:
                    save_tensors(work / "best.safetensors", best)
                self.state.save_to_json(str(work / "trainer_state.json"))
                state = {
                    "step": self.state.global_step,
                    "optimizer": rest,
                    "scheduler": self.lr_scheduler.state_dict(),
                    "python": random.getstate(),
                    "numpy": _listed(np.random.get_state()),  # noqa: NPY002 - the generator that transformers uses
                    "watch": self.watch.state(),
                    "guard": self.guard.state(),
                    "seconds": self.seconds(),
                    "world": self.args.world_size,
                }
                (work / "state.json").write_text(json.dumps(state, default=float), encoding="utf-8")
            tidy(self.root, self.keep)
        self.accelerator.wait_for_everyone()

    def _generators(self) -> dict[str, Any]:
        """The states of torch's generators: of every process, since each has its own."""
        own = {"cpu": torch.random.get_rng_state()}
        if torch.cuda.is_available():
            own["cuda"] = torch.cuda.random.get_rng_state()
        if self.args.world_size > 1:
            every: list[Any] = [None] * self.args.world_size
            torch.distributed.all_gather_object(every, own)
            return {f"{name}.{rank}": one for rank, mine in enumerate(every) for name, one in mine.items()}
        return {f"{name}.0": one for name, one in own.items()}

    def _load_from_checkpoint(self, resume_from_checkpoint: str, model: Any = None) -> None:
        if self.is_deepspeed_enabled:
            super()._load_from_checkpoint(resume_from_checkpoint, model)
            return
        folder = Path(resume_from_checkpoint)
        verify(folder)
        own = dict(self.model.named_parameters())

        def placed(file: Path) -> dict[str, Any]:
            return {name: spread_as(one, own[name]) for name, one in load_tensors(file).items() if name in own}

        put_back(self.model, placed(folder / "trained.safetensors"))
        state = json.loads((folder / "state.json").read_text(encoding="utf-8"))
        best = folder / "best.safetensors"
        device = next(self.model.parameters()).device
        self.watch.restore(state["watch"], {name: one.to(device) for name, one in placed(best).items()} if best.is_file() else None)
        self.guard.restore(state["guard"])
        self.before = state.get("seconds", 0.0)  # checkpoints did not say it always

    def _load_optimizer_and_scheduler(self, checkpoint: str | None) -> None:
        if checkpoint is None:
            return
        if self.is_deepspeed_enabled:
            super()._load_optimizer_and_scheduler(checkpoint)
            return
        folder = Path(checkpoint)
        state = json.loads((folder / "state.json").read_text(encoding="utf-8"))
        own = [one for group in self.optimizer.param_groups for one in group["params"]]  # in the order of their numbers
        tensors = load_tensors(folder / "optimizer.safetensors")
        tensors = {name: spread_as(one, own[int(name.partition(".")[0])]) if name[0].isdigit() else one for name, one in tensors.items()}
        self.optimizer.load_state_dict(_nested(tensors, state["optimizer"]))
        self.lr_scheduler.load_state_dict(state["scheduler"])

    def _load_rng_state(self, checkpoint: str | None) -> None:
        if checkpoint is None:
            return
        if self.is_deepspeed_enabled:
            super()._load_rng_state(checkpoint)
            return
        folder = Path(checkpoint)
        state = json.loads((folder / "state.json").read_text(encoding="utf-8"))
        if state["world"] != self.args.world_size:
            raise CheckpointError(
                f"the checkpoint is of {state['world']} processes, this run has {self.args.world_size}", hint="resume with as many"
            )
        version, numbers, gauss = state["python"]
        random.setstate((version, tuple(numbers), gauss))
        kind, keys, *rest = state["numpy"]
        np.random.set_state((kind, np.array(keys, dtype=np.uint32), *rest))  # noqa: NPY002
        generators = load_tensors(folder / "generators.safetensors")
        torch.random.set_rng_state(generators[f"cpu.{self.args.process_index}"])
        if torch.cuda.is_available() and f"cuda.{self.args.process_index}" in generators:
            torch.cuda.random.set_rng_state(generators[f"cuda.{self.args.process_index}"])

    def _load_scaler(self, checkpoint: str | None) -> None:
        if self.is_deepspeed_enabled:
            super()._load_scaler(checkpoint)


class Guard(TrainerCallback):
    """Skips steps whose loss or gradient is no number, sets a diverged run back to its last good look, then gives it up."""

    def __init__(self, trainer: KGTrainer) -> None:
        self.trainer = trainer
        self.skipped, self.in_a_row, self.restored = 0, 0, 0
        self._poisoned: Any = None
        self._good: tuple[dict[str, Any], Any] | None = None

    def see(self, loss: Any) -> None:
        """Remember whether this loss is a number; asked for once, before the optimizer's step."""
        flag = ~torch.isfinite(loss.detach()).reshape(1)
        self._poisoned = flag if self._poisoned is None else self._poisoned | flag

    def _bad(self) -> bool:
        """Whether a loss or a gradient of this step is no number, on any process."""
        flag = self._poisoned
        scaled = self.trainer.accelerator.scaler is not None  # its own overflows are how it finds its scale
        if not scaled:
            norm = self.trainer.norm
            if norm is None:
                norm = torch.nn.utils.get_total_norm([one.grad for one in self.trainer.model.parameters() if one.grad is not None])
            norm = torch.as_tensor(norm, device=flag.device)
            norm = norm.full_tensor() if hasattr(norm, "full_tensor") else norm
            flag = flag | ~torch.isfinite(norm).reshape(1)
        if self.trainer.args.world_size > 1:
            flag = flag.float()
            torch.distributed.all_reduce(flag, op=torch.distributed.ReduceOp.MAX)
        self._poisoned = self.trainer.norm = None
        return bool(flag.item())

    def good(self) -> None:
        """Remember this state as one to come back to."""
        self._good = (trained_tensors(self.trainer.model), _copied(self.trainer.optimizer.state_dict()))

    def on_train_begin(self, args: Any, state: Any, control: Any, **_: Any) -> None:
        self.good()

    def on_pre_optimizer_step(self, args: Any, state: Any, control: Any, **_: Any) -> None:
        """Without gradients the optimizer changes nothing."""
        if not self._bad():
            self.in_a_row = 0
            return
        if self.trainer.accelerator.scaler is None:  # a loss scaler skips such a step itself
            for one in self.trainer.model.parameters():
                one.grad = None
        self.skipped += 1
        self.in_a_row += 1
        if self.in_a_row > SKIPS:
            self._set_back(state.global_step)

    def _set_back(self, step: int) -> None:
        if self.restored >= RESTORES or self._good is None:
            raise TrainingDiverged(
                f"the loss or its gradient is no number at step {step}, after {self.skipped} steps skipped and {self.restored} times set back",
                hint="lower rate, or look for rows that break it with kgllm.tuning.diagnose",
            )
        tensors, optimizer = self._good
        put_back(self.trainer.model, tensors)
        self.trainer.optimizer.load_state_dict(_copied(optimizer))
        self.restored, self.in_a_row = self.restored + 1, 0

    def state(self) -> dict[str, int]:
        """What a checkpoint keeps."""
        return {"skipped": self.skipped, "in_a_row": self.in_a_row, "restored": self.restored}

    def restore(self, state: dict[str, int]) -> None:
        """Take up where a checkpoint left."""
        for name, value in state.items():
            setattr(self, name, value)


class Looks(TrainerCallback):
    """Every so many steps: look at held-out rows and general text, and stop where the watch says so."""

    def __init__(self, trainer: KGTrainer, every: int) -> None:
        self.trainer, self.every = trainer, every

    def on_step_end(self, args: Any, state: Any, control: Any, **_: Any) -> None:
        if state.global_step % self.every and state.global_step != state.max_steps:
            return
        watch = self.trainer.watch
        found = watch.look(self.trainer.accelerator.unwrap_model(self.trainer.model), state.global_step)
        self.trainer.guard.good()
        asked = control.should_log  # logging takes it back, and the step's own loss, logged after this, would be left out
        self.trainer.log({f"look/{name}": value for name, value in found.items()})
        control.should_log = asked
        if watch.stop:
            control.should_training_stop = True


class Slim(TrainerCallback):
    """Gives free memory back every few steps. On a CPU no two steps are of one shape, and the C library keeps the holes between: after
    three steps of a model of 270 million weights 1.7 of 2.6 GB, after a hundred 5."""

    def on_step_end(self, args: Any, state: Any, control: Any, **_: Any) -> None:
        if state.global_step % SLIM == 0:
            give_back()


class Terminated(TrainerCallback):
    """On SIGTERM: finish the step, save, stop; of several processes all after the same step. The handler that was there is put back at the
    end."""

    def __init__(self) -> None:
        self.asked = False
        self._before: Any = None

    def on_train_begin(self, args: Any, state: Any, control: Any, **_: Any) -> None:
        if threading.current_thread() is threading.main_thread():
            self._before = signal.signal(signal.SIGTERM, self._ask)

    def _ask(self, *_: Any) -> None:
        self.asked = True

    def told(self, args: Any) -> bool:
        """Whether any process was asked: the signal may come to one alone, or to another a step later, and who stops alone leaves the
        others waiting for it. Every process must call it at the same place."""
        if args.world_size > 1:
            flag = torch.tensor(float(self.asked), device=args.device)
            torch.distributed.all_reduce(flag, op=torch.distributed.ReduceOp.MAX)
            self.asked = bool(flag.item())
        return self.asked

    def on_step_end(self, args: Any, state: Any, control: Any, **_: Any) -> None:
        if self.told(args):
            control.should_save = args.save_strategy != SaveStrategy.NO
            control.should_training_stop = True

    def on_train_end(self, args: Any, state: Any, control: Any, **_: Any) -> None:
        if self._before is not None:
            signal.signal(signal.SIGTERM, self._before)
            self._before = None


class Progress(TrainerCallback):
    """Calls `tell(done, of)` when training begins, where it may go on from a checkpoint, and after each step."""

    def __init__(self, tell: Any) -> None:
        self.tell = tell

    def on_train_begin(self, args: Any, state: Any, control: Any, **_: Any) -> None:
        self.tell(state.global_step, state.max_steps)

    def on_step_end(self, args: Any, state: Any, control: Any, **_: Any) -> None:
        self.tell(state.global_step, state.max_steps)


def _flat(state: dict[str, Any]) -> tuple[dict[str, Any], dict[str, Any]]:
    """An optimizer's state as named tensors, and the rest as plain values."""
    tensors, plain = {}, {}
    for index, values in state["state"].items():
        for name, one in values.items():
            if torch.is_tensor(one):
                tensors[f"{index}.{name}"] = one
            else:
                plain[f"{index}.{name}"] = one
    groups = [{name: value.item() if torch.is_tensor(value) else value for name, value in group.items()} for group in state["param_groups"]]
    return tensors, {"plain": plain, "groups": groups}


def _nested(tensors: dict[str, Any], rest: dict[str, Any]) -> dict[str, Any]:
    found: dict[int, dict[str, Any]] = {}
    for name, one in [*tensors.items(), *rest["plain"].items()]:
        index, dot, key = name.partition(".")
        if dot:
            found.setdefault(int(index), {})[key] = one
    return {"state": found, "param_groups": rest["groups"]}


def _copied(state: dict[str, Any]) -> dict[str, Any]:
    kept = {i: {name: one.clone() if torch.is_tensor(one) else one for name, one in values.items()} for i, values in state["state"].items()}
    return {"state": kept, "param_groups": [dict(group) for group in state["param_groups"]]}


def _listed(state: Any) -> list[Any]:
    return [one.tolist() if hasattr(one, "tolist") else one for one in state]
