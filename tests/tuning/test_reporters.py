"""What a run says of itself to others, while it goes on."""

from __future__ import annotations

import json

import pytest

from kgllm.errors import ConfigError
from kgllm.tuning.settings import TuneSettings
from kgllm.tuning.training.runs import tune

pytest.importorskip("torch")
SETTINGS = TuneSettings(steps=6, batch=4, known=2, general=2, check_every=2, rank=4, length=128, budget=None, report_to="tensorboard")


@pytest.mark.parametrize(("name", "hint"), [("tensorboard", "pip install tensorboard"), ("tensorbord", "tensorboard, ")])
def test_a_reporter_that_cannot_be_is_said_before_a_model_is_loaded(tmp_path, monkeypatch, name, hint):
    from transformers import integrations

    monkeypatch.setattr(integrations, "get_available_reporting_integrations", list)
    with pytest.raises(ConfigError, match=name) as caught:
        tune("no model", [], tmp_path / "out", settings=TuneSettings(report_to=(name,)))
    assert hint in caught.value.hint
    assert not list(tmp_path.iterdir())


def test_tensorboard_is_written_what_its_own_reader_reads_back(folder, rows, texts, tmp_path):
    pytest.importorskip("tensorboard")
    from tensorboard.backend.event_processing.event_accumulator import EventAccumulator

    found = tune(
        folder(), rows(), tmp_path / "out", settings=SETTINGS, known=rows()[:4], known_held_out=rows()[4:6], general=texts, held_out=rows(held=True)
    )  # fmt: skip
    (file,) = (tmp_path / "out.run" / "runs").rglob("events.*")
    read = EventAccumulator(str(file)).Reload()
    said = {name: {one.step: one.value for one in read.Scalars(name)} for name in read.Tags()["scalars"]}
    log = json.loads((tmp_path / "out.run" / "trainer_state.json").read_text(encoding="utf-8"))["log_history"]
    for name in ("loss", "loss_taught", "loss_kl", "learning_rate", "grad_norm", "look/known", "look/held_out_loss", "look/perplexity"):
        kept = {line["step"]: line[name] for line in log if name in line}
        assert said[f"train/{name}"] == pytest.approx(kept, rel=1e-6), name
        assert sorted(kept) == [2, 4, 6], name
    assert said["train/learning_rate"][2] > said["train/learning_rate"][6] > 0
    looks = {one["step"]: one for one in found.history if "scale" not in one}
    for name in ("known", "known_loss", "held_out_loss", "perplexity"):
        assert said[f"train/look/{name}"] == pytest.approx({step: looks[step][name] for step in (2, 4, 6)}, rel=1e-6), name
