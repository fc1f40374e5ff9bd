"""Two processes on the CPU: DDP trains one model, resumes, and saves once; FSDP2 shards an adapter over gloo."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace

import pytest

pytest.importorskip("torch")
ROOT = Path(__file__).resolve().parent.parent.parent

DDP = """
import json, sys
from pathlib import Path
import torch
from kgllm.tuning import TuneSettings, tune
base, out, rows = sys.argv[1], sys.argv[2], json.loads(sys.argv[3])
settings = TuneSettings(steps=6, batch=4, known=2, general=2, check_every=3, save_every=3, rank=4, length=128, rate=1e-2, budget=None)
texts = [f"The film, its year and its actors are data. Line {i}." for i in range(10)]
found = tune(base, rows, out, settings=settings, known=rows[:4], general=texts, held_out=rows[:6])
total = sum(float(one.detach().double().sum()) for name, one in found.model.named_parameters() if "lora_" in name)
Path(f"{out}.rank{torch.distributed.get_rank()}").write_text(json.dumps([total, found.history[-1].get("held_out_loss")]))
"""

FSDP = """
import sys
import torch
import torch.distributed as dist
from torch.distributed.fsdp import fully_shard
from transformers import AutoModelForCausalLM
from kgllm.tuning.encoding.batches import collate
from kgllm.tuning.training.loss import losses
from kgllm.tuning.training.processes import leave
from kgllm.tuning.weights.houlsby import blocks_of
from kgllm.tuning.weights.methods import apply
from kgllm.tuning.settings import TuneSettings
def main():
    dist.init_process_group("gloo")
    torch.manual_seed(0)
    model = apply(AutoModelForCausalLM.from_pretrained(sys.argv[1]), TuneSettings(rank=4))
    for block in blocks_of(model):
        fully_shard(block)
    fully_shard(model)
    assert type(next(one for one in model.parameters() if one.requires_grad)).__name__ in ("DTensor", "Parameter")
    optimizer = torch.optim.AdamW([one for one in model.parameters() if one.requires_grad], lr=1e-2)
    ids = list(range(5, 25))
    batch = collate([(ids, [-100] * 10 + ids[10:])], pad=0)
    seen = []
    for _ in range(8):
        summed, count, _ = losses(model, batch)
        (summed / count).backward()
        optimizer.step()
        optimizer.zero_grad()
        seen.append(float(summed.detach()))
    assert seen[-1] < seen[0], seen
    print("fell", seen[0], seen[-1], flush=True)
main()
leave()
"""

SHARDED = """
import json, sys
from pathlib import Path
import torch
from accelerate.utils import DistributedType, FullyShardedDataParallelPlugin
from transformers import Trainer
from kgllm.tuning import TuneSettings, tune
prepared = Trainer.create_accelerator_and_postprocess
def sharded(self):  # accelerate drops FSDP on a CPU: told so late, it takes it
    prepared(self)
    state, self.is_fsdp_enabled = self.accelerator.state, True
    state.distributed_type = DistributedType.FSDP
    state.fsdp_plugin = FullyShardedDataParallelPlugin(
        fsdp_version=2, auto_wrap_policy="transformer_based_wrap", cpu_ram_efficient_loading=False, reshard_after_forward=True
    )
Trainer.create_accelerator_and_postprocess = sharded
base, out, rows, method = sys.argv[1], Path(sys.argv[2]), json.loads(sys.argv[3]), sys.argv[4]
more = {"rank": 4, "rate": 1e-2} if method == "lora" else {"rate": 1e-3}
settings = TuneSettings(method=method, steps=6, batch=4, known=2, general=2, check_every=3, save_every=3, length=128, budget=None, **more)
texts = [f"The film, its year and its actors are data. Line {i}." for i in range(10)]
given = {"settings": settings, "known": rows[:4], "general": texts, "held_out": rows[:6]}
class Killed(BaseException):
    pass
def killing(done, of):
    if done == 4:
        raise Killed
whole = tune(base, rows, out / "whole", **given)
try:
    tune(base, rows, out / "again", **given, progress=killing)
except Killed:
    pass
assert sorted(one.name for one in (out / "again.run").glob("step-*")) == ["step-00000003"]
again = tune(base, rows, out / "again", **given)
spread = [name for name, one in again.model.named_parameters() if type(one).__name__ == "DTensor"]
assert spread and again.history == whole.history, (len(spread), again.history, whole.history)
torch.distributed.barrier()
"""

STOPPED = """
import json, os, signal, sys
from pathlib import Path
from kgllm.tuning import TuneSettings, tune
from kgllm.tuning.weights.checkpoint import newest
def told(done, of):
    if done == 2 and os.environ["RANK"] == "1":
        os.kill(os.getpid(), signal.SIGTERM)
settings = TuneSettings(steps=6, batch=2, known=0, general=0, rank=4, length=128)
try:
    tune(sys.argv[1], json.loads(sys.argv[3]), sys.argv[2], settings=settings, progress=told)
except SystemExit as stopped:
    print(f"stopped {stopped.code} {newest(Path(sys.argv[2] + '.run')).name}\\n", end="", flush=True)
again = tune(sys.argv[1], json.loads(sys.argv[3]), sys.argv[2], settings=settings)  # at once: starting two processes anew takes long
print(f"done {again.steps}\\n", end="", flush=True)
"""

LATE = """
import os, sys, time
import torch
import torch.distributed as dist
from kgllm.tuning.training.processes import leave_at_exit
other = os.fork() == 0
dist.init_process_group("gloo", init_method=f"file://{sys.argv[1]}", rank=int(other), world_size=2)
if other:
    time.sleep(0.5)
    dist.all_reduce(torch.ones(3))
    time.sleep(2)
    os._exit(0)
begun = []
def still_at_it(_):  # on gloo's thread, which takes Python's lock again when it has slept
    begun.append(1)
    time.sleep(1)
    return 0
work = dist.all_reduce(torch.ones(3), async_op=True)
work.get_future().then(still_at_it)
while not begun:
    time.sleep(0.01)
del work
if sys.argv[2] == "leave":
    leave_at_exit()
"""


def launch(code: str, *args: str) -> str:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    script = Path(args[-1])
    script.write_text(code, encoding="utf-8")
    environment = {**os.environ, "OMP_NUM_THREADS": "1", "CUDA_VISIBLE_DEVICES": "", "ACCELERATE_USE_CPU": "true"}
    command = [sys.executable, "-m", "torch.distributed.run", "--nproc_per_node", "2", "--master_port", str(port), str(script), *args[:-1]]
    run = subprocess.run(command, capture_output=True, text=True, cwd=ROOT, env=environment, timeout=280, check=False)
    assert run.returncode == 0, run.stderr[-3000:]
    return run.stdout


@pytest.mark.slow
def test_two_processes_train_one_model(folder, rows, tmp_path):
    launch(DDP, str(folder()), str(tmp_path / "out"), json.dumps(rows()), str(tmp_path / "ddp.py"))
    one, two = (json.loads((tmp_path / f"out.rank{rank}").read_text(encoding="utf-8")) for rank in (0, 1))
    assert one == pytest.approx(two)
    assert (tmp_path / "out" / "adapter_model.safetensors").is_file()
    from kgllm.tuning import load

    assert load(tmp_path / "out").info["run"]["steps"] == 6


@pytest.mark.slow
def test_sigterm_to_one_process_stops_all_of_them_and_saves(folder, rows, tmp_path):
    """A signal need not come to all: who stopped alone waited for the others at its checkpoint, and they for it at their next step."""
    out = launch(STOPPED, str(folder()), str(tmp_path / "out"), json.dumps(rows()), str(tmp_path / "stopped.py"))
    assert out.count("stopped 143 step-00000003") == 2
    assert out.count("done 6") == 2
    assert (tmp_path / "out" / "adapter_model.safetensors").is_file()


@pytest.mark.slow
def test_fsdp2_shards_an_adapter_and_the_loss_falls(folder, tmp_path):
    assert "fell" in launch(FSDP, str(folder()), str(tmp_path / "fsdp.py"))


@pytest.mark.slow
@pytest.mark.parametrize("method", ["lora", "full"])
def test_a_run_under_fsdp2_saves_resumes_bit_for_bit_and_loads(method, folder, rows, tmp_path):
    """Of a whole training nothing was left: what is spread over processes was saved as if it were whole, and no checkpoint was found."""
    from safetensors.torch import load_file

    from kgllm.tuning import load
    from kgllm.tuning.weights.base import load_base

    launch(SHARDED, str(folder()), str(tmp_path / "out"), json.dumps(rows()), method, str(tmp_path / "sharded.py"))
    name = "model.safetensors" if method == "full" else "adapter_model.safetensors"
    whole, again = (load_file(tmp_path / "out" / place / name) for place in ("whole", "again"))
    assert all(bool((one == again[key]).all()) for key, one in whole.items())
    if method == "full":
        wanted = load_file(folder() / name)
        assert {key: one.shape for key, one in again.items() if key in wanted} == {key: one.shape for key, one in wanted.items()}
    found = load_base(tmp_path / "out" / "again") if method == "full" else load(tmp_path / "out" / "again")
    ids = pytest.importorskip("torch").tensor([[5, 6, 7, 8, 9]])
    assert bool(found.model(ids).logits.isfinite().all())


def test_fsdp1_is_refused(folder, rows, tmp_path, monkeypatch):
    from transformers import Trainer

    from kgllm.errors import ConfigError
    from kgllm.tuning import TuneSettings, tune

    prepared = Trainer.create_accelerator_and_postprocess

    def sharded(self):
        prepared(self)
        self.is_fsdp_enabled = True
        monkeypatch.setattr(self.accelerator.state, "fsdp_plugin", SimpleNamespace(fsdp_version=1), raising=False)

    monkeypatch.setattr(Trainer, "create_accelerator_and_postprocess", sharded)
    with pytest.raises(ConfigError, match="this is FSDP1"):
        tune(folder(), rows(), tmp_path / "out", settings=TuneSettings(steps=2, batch=2, known=0, general=0, rank=4))


@pytest.mark.slow
@pytest.mark.parametrize("how", ["leave", "stay"])
def test_python_does_not_end_under_a_thread_of_the_group(how, tmp_path):
    """Without leaving it the process is aborted, as a run of the test above once was on a busy machine."""
    (tmp_path / "late.py").write_text(LATE, encoding="utf-8")
    environment = {**os.environ, "OMP_NUM_THREADS": "1", "CUDA_VISIBLE_DEVICES": ""}
    command = [sys.executable, str(tmp_path / "late.py"), str(tmp_path / "group"), how]
    run = subprocess.run(command, capture_output=True, text=True, cwd=ROOT, env=environment, timeout=280, check=False)
    assert (run.returncode == 0) == (how == "leave"), run.stderr[-3000:]


@pytest.mark.slow
def test_accelerate_launches_the_command_and_one_process_speaks(folder, rows, tmp_path):
    (tmp_path / "rows.jsonl").write_text("\n".join(json.dumps(one) for one in rows()), encoding="utf-8")
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    launcher = ["-m", "accelerate.commands.launch", "--cpu", "--num_processes", "2", "--num_machines", "1", "--mixed_precision", "no"]
    launcher += ["--dynamo_backend", "no", "--main_process_port", str(port)]
    command = ["-m", "kgllm", "tune", str(folder()), str(tmp_path / "rows.jsonl"), str(tmp_path / "out"), "--steps", "2", "--batch", "2"]
    command += ["--length", "64", "--rank", "2", "--json"]
    environment = {**os.environ, "OMP_NUM_THREADS": "1", "CUDA_VISIBLE_DEVICES": ""}
    done = subprocess.run(
        [sys.executable, *launcher, *command], capture_output=True, text=True, cwd=ROOT, env=environment, timeout=280, check=False
    )
    assert done.returncode == 0, done.stderr[-3000:]
    assert json.loads(done.stdout)["steps"] == 2  # one document
    assert (tmp_path / "out" / "adapter_model.safetensors").is_file()
