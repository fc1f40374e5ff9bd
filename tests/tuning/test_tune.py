"""Training as a whole, on models made on the spot: every method trains, saves, loads and answers; runs resume bit for bit."""

from __future__ import annotations

import json
import math
import sys
import time
from dataclasses import replace
from pathlib import Path

import pytest

from kgllm.errors import ConfigError, TrainingDiverged, WrongTypeError
from kgllm.tuning.planning.memory import OWNERS
from kgllm.tuning.settings import SCALES, TuneSettings
from kgllm.tuning.training.runs import tune
from kgllm.tuning.weights.adapters import as_llm, load
from kgllm.tuning.weights.checkpoint import newest

torch = pytest.importorskip("torch")
METHODS = ("lora", "dora", "rslora", "prefix", "prompt", "p-tuning", "p-tuning-v2", "adapter", "freeze", "full")
SMALL = {
    "steps": 6,
    "batch": 4,
    "known": 2,
    "general": 2,
    "check_every": 3,
    "save_every": 3,
    "rank": 4,
    "width": 8,
    "virtual": 4,
    "top": 1,
    "length": 128,
}
RATES = {"full": 1e-3, "freeze": 5e-3, "prompt": 0.3, "p-tuning": 3e-2}


def settings(method: str = "lora", **more) -> TuneSettings:
    own = {name: value for name, value in SMALL.items() if method in OWNERS.get(name, METHODS)}
    return TuneSettings(**{**own, "method": method, "rate": RATES.get(method, 1e-2), "budget": None, **more})


def run(folder, rows, texts, out, **more):
    given = more.pop("settings", None) or settings(**more)
    return tune(
        folder(), rows(), out, settings=given, known=rows()[:4], known_held_out=rows()[4:6], general=texts, held_out=rows(held=True)
    )


@pytest.mark.parametrize("method", METHODS)
def test_every_method_trains_saves_loads_and_answers(method, folder, rows, texts, tmp_path):
    given = settings(method, steps=16, batch=8, check_every=4, known=0, general=0)
    found = tune(folder(), rows(), tmp_path / "out", settings=given, held_out=rows())
    losses = [one["held_out_loss"] for one in found.history if "scale" not in one]
    assert min(losses[1:]) < losses[0]
    assert 0 < found.trained <= found.parameters
    again = load(tmp_path / "out") if method != "full" else None
    llm = as_llm(tmp_path / "out") if method != "full" else None
    ids = torch.tensor([[5, 6, 7, 8, 9]])
    if again is not None and llm is not None:
        with torch.no_grad():
            assert torch.allclose(found.model(ids).logits, again.model(ids).logits, atol=1e-5)
        assert len(llm.generate(["Question: Who directed Film A?\nAnswer:"], max_tokens=4)) == 1
    text = (tmp_path / "out" / "kgllm.json").read_text(encoding="utf-8")
    assert json.loads(text)["method"] == method
    for path in (tmp_path / "out").rglob("*.json"):
        assert str(tmp_path) not in path.read_text(encoding="utf-8"), path.name


@pytest.mark.parametrize("method", METHODS)
def test_every_method_trains_over_weights_of_16_bits(method, folder, rows, texts, tmp_path):
    """As on any GPU of today: what is trained has 32 bits, what stands beside it 16, and both are looked at, saved and asked."""
    found = run(folder, rows, texts, tmp_path / "out", method=method, steps=4, check_every=2, dtype="bfloat16")
    assert all(math.isfinite(one["held_out_loss"]) for one in found.history)
    ids = torch.tensor([[5, 6, 7, 8, 9]])
    if method != "full":
        again = load(tmp_path / "out", dtype="bfloat16")
        with torch.no_grad():
            ours, theirs = found.model(ids).logits.float(), again.model(ids).logits.float()
        assert float((ours - theirs).norm() / theirs.norm()) < 0.05
        assert len(as_llm(tmp_path / "out").generate(["Question: Who directed Film A?\nAnswer:"], max_tokens=3)) == 1


@pytest.mark.parametrize("method", METHODS)
def test_a_run_resumes_bit_for_bit(method, folder, rows, texts, cut, tmp_path):
    more = {"dropout": 0.1} if method == "lora" else {}
    whole = run(folder, rows, texts, tmp_path / "whole", method=method, **more)
    again, left = cut(
        folder(), rows(), tmp_path / "again", at=4, settings=settings(method, **more), known=rows()[:4], general=texts, held_out=rows(held=True),
        known_held_out=rows()[4:6],
    )  # fmt: skip
    assert left.name == "step-00000003"
    own = dict(whole.model.named_parameters())
    for name, one in again.model.named_parameters():
        assert torch.equal(one, own[name]), name
    assert again.history == whole.history


def test_a_resumed_run_is_of_the_same_settings(folder, rows, texts, tmp_path):
    class Killed(BaseException):
        pass

    def killing(done, of):
        if done == 4:
            raise Killed

    with pytest.raises(Killed):
        tune(folder(), rows(), tmp_path / "out", settings=settings(), progress=killing)
    assert newest(tmp_path / "out.run") is not None
    with pytest.raises(ConfigError, match="another run"):
        tune(folder(), rows(), tmp_path / "out", settings=settings(rank=8))


def test_a_run_that_goes_on_counts_the_time_of_the_steps_before(folder, rows, tmp_path):
    """Its tokens a second were those of all steps over the time of the last ones."""

    class Killed(BaseException):
        pass

    def slowly(done, of):
        time.sleep(0.2)
        if done == 4:
            raise Killed

    with pytest.raises(Killed):
        tune(folder(), rows(), tmp_path / "out", settings=settings(), progress=slowly)
    found = tune(folder(), rows(), tmp_path / "out", settings=settings())
    assert found.seconds > 3 * 0.2  # the fourth step was lost with its time
    whole = tune(folder(), rows(), tmp_path / "whole", settings=settings())
    assert found.tokens == whole.tokens


def test_a_run_that_goes_on_tells_where_it_begins_and_tidies_up_when_it_is_done(folder, rows, texts, tmp_path):
    told: list[tuple[int, int]] = []
    run(folder, rows, texts, tmp_path / "whole")

    class Killed(BaseException):
        pass

    def killing(done, of):
        if done == 4:
            raise Killed

    with pytest.raises(Killed):
        tune(folder(), rows(), tmp_path / "out", settings=settings(), progress=killing)
    tune(folder(), rows(), tmp_path / "out", settings=settings(), progress=lambda *one: told.append(one))
    assert told == [(3, 6), (4, 6), (5, 6), (6, 6)]
    assert sorted(path.name for path in (tmp_path / "whole.run").iterdir()) == ["run.json", "trainer_state.json"]


@pytest.mark.parametrize("method", ["lora", "freeze", "full"])
def test_an_adapter_of_the_very_same_run_is_given_back(method, folder, rows, tmp_path):
    given = settings(method, steps=2)
    first = tune(folder(), rows(), tmp_path / "out", settings=given)
    again = tune(folder(), rows(), tmp_path / "out", settings=given, again=True)
    assert again.to_dict() == first.to_dict()
    ids = torch.tensor([[5, 6, 7, 8, 9]])
    with torch.no_grad():
        assert torch.allclose(first.model(ids).logits, again.model(ids).logits, atol=1e-5)
    for more in ({"settings": settings(method, steps=3), "again": True}, {"settings": given}):
        with pytest.raises(ConfigError, match="another run|already something"):
            tune(folder(), rows(), tmp_path / "out", **more)


@pytest.mark.parametrize("method", ["freeze", "full"])
def test_what_cannot_be_switched_off_is_held_against_its_base(method, folder, rows, tmp_path):
    from kgllm.tuning import evaluate

    tune(folder(), rows(), tmp_path / "out", settings=settings(method, steps=2), info={"served": True})
    found = evaluate(tmp_path / "out", {"seen": rows()[:2]})
    assert set(found.figures) == {"untuned", "tuned"}
    assert found.kept == {}
    folder().rename(tmp_path / "gone")
    if method == "full":  # a model of its own: it answers without its base, which is not looked for anywhere else
        assert set(evaluate(tmp_path / "out", {"seen": rows()[:2]}).figures) == {"tuned"}
        from kgllm.llms.base import as_llm as any_llm

        assert any_llm(tmp_path / "out").needs_examples is False


@pytest.mark.parametrize(
    "bad",
    [
        {"rate": "1e-3"}, {"budget": "8%"}, {"ratio": 5}, {"ratio": "1:5"}, {"scales": 0.5}, {"packing": "no"}, {"kl": None}, {"steps": 2.0}, {"report_to": 3},
        {"batch": True}, {"scales": ["1"]},
    ],
    ids=str,
)  # fmt: skip
def test_settings_are_of_their_types(bad):
    (name,) = bad
    with pytest.raises(WrongTypeError, match=f"{name} must be"):
        TuneSettings(**bad)


def test_one_reporter_may_be_a_name_and_lists_become_tuples(tmp_path):
    given = TuneSettings(report_to="tensorboard", scales=[1.0, 0.5], ratio=[1, 3])
    assert (given.report_to, given.scales, given.ratio) == (("tensorboard",), (1.0, 0.5), (1, 3))
    assert TuneSettings.from_dict(given.to_dict()) == given
    with pytest.raises(WrongTypeError, match="from_dict"):
        tune("no model", [], tmp_path / "out", settings={"steps": 3})


@pytest.mark.parametrize(
    ("method", "more"),
    [("prompt", {"rank": 8}), ("full", {"targets": "mlp"}), ("lora", {"virtual": 8}), ("prefix", {"width": 8}), ("adapter", {"top": 1})],
)
def test_a_setting_that_would_change_nothing_is_refused(method, more):
    (name,) = more
    with pytest.raises(ConfigError, match=f"{name} is a setting of .* for {method}"):
        TuneSettings(method=method, **more)


@pytest.mark.parametrize("method", ["lora", "adapter", "freeze", "full", "prompt"])
def test_activations_computed_twice_train_the_same(method, folder, rows, texts, tmp_path):
    plain = run(folder, rows, texts, tmp_path / "plain", method=method)
    again = run(folder, rows, texts, tmp_path / "again", method=method, checkpointing=True)
    own = dict(plain.model.named_parameters())
    for name, one in again.model.named_parameters():
        assert torch.allclose(one, own[name], atol=1e-5), name


def test_accumulated_batches_are_one_larger_batch(folder, rows, tmp_path):
    """Of rows alone: what stands beside them comes with every micro-batch. The loss is of the labels of the whole step."""
    given = [settings("lora", batch=size, accumulation=times, known=0, general=0) for size, times in ((8, 1), (4, 2), (2, 4))]
    whole, *parted = [tune(folder(), rows(), tmp_path / f"{one.accumulation}", settings=one) for one in given]
    own = dict(whole.model.named_parameters())
    for other in parted:
        assert other.steps == whole.steps
        for name, one in other.model.named_parameters():
            assert torch.allclose(one, own[name], atol=1e-4), name


def test_a_step_that_is_looked_at_logs_its_loss_too(folder, rows, texts, tmp_path):
    run(folder, rows, texts, tmp_path / "out", steps=6, check_every=2, save_every=6)
    (state,) = (tmp_path / "out.run").rglob("trainer_state.json")
    logs = json.loads(state.read_text(encoding="utf-8"))["log_history"]
    assert [one["step"] for one in logs if "look/held_out_loss" in one] == [2, 4, 6]
    assert [one["step"] for one in logs if "loss" in one] == [2, 4, 6]
    assert all(math.isfinite(one[part]) for one in logs if "loss" in one for part in ("loss", "loss_taught", "loss_kl", "learning_rate"))


def test_it_learns_and_the_dial_is_chosen_on_held_out_rows(folder, rows, texts, tmp_path):
    given = settings(steps=80, batch=16, check_every=20, rank=16, rate=2e-2, known=0, general=0)
    found = tune(folder(), rows(), tmp_path / "out", settings=given, general_held_out=texts[:3], held_out=rows())
    assert max(one["held_out"] for one in found.history) > 0.6
    assert found.scale in SCALES
    dial = {one["scale"]: one for one in found.history if "scale" in one}
    best = max(one["held_out"] for one in dial.values())
    assert dial[found.scale]["held_out"] >= best - 1 / len(rows())
    able = [one for one in dial.values() if one["held_out"] >= best - 1 / len(rows())]
    surest = min(one["held_out_loss"] for one in able)
    assert dial[found.scale]["perplexity"] == min(one["perplexity"] for one in able if one["held_out_loss"] <= surest + 0.02)
    loaded = load(tmp_path / "out")
    ids = torch.tensor([[5, 6, 7, 8, 9]])
    with torch.no_grad():
        assert torch.allclose(found.model(ids).logits, loaded.model(ids).logits, atol=1e-4)


def test_the_dial_stays_within_the_budget(monkeypatch):
    from kgllm.tuning.training import dial
    from kgllm.tuning.training.watch import Watch

    looks = {
        1.0: (0.9, 12.0, 0.05),
        0.9: (0.9, 10.9, 0.05),
        0.8: (0.85, 10.5, 0.06),
        0.7: (0.6, 10.1, 0.3),
        0.4: (0.5, 10.06, 0.4),
        0.3: (0.4, 10.0, 0.5),
    }
    now = {}
    monkeypatch.setattr(dial, "set_scale", lambda model, method, scale: now.update(scale=scale))
    monkeypatch.setattr(Watch, "measure", lambda self, model: {"held_out": looks[now["scale"]][0], "perplexity": looks[now["scale"]][1], "held_out_loss": looks[now["scale"]][2], "perplexity_rise": looks[now["scale"]][1] / 10 - 1})  # fmt: skip
    watch = Watch(held=[0] * 50, general=[0], base_perplexity=10.0)
    given = settings(scales=(1.0, 0.9, 0.8, 0.7))
    assert dial.turn(None, watch, given) == 0.9
    assert dial.turn(None, watch, replace(given, budget=0.06)) == 0.8
    assert dial.turn(None, watch, replace(given, budget=0.007)) == 0.4  # turned on until it is within
    assert now["scale"] == 0.4
    assert dial.turn(None, watch, replace(given, scales=(1.0,))) == 1.0
    looks |= {0.9: (0.9, 10.9, 0.05), 0.8: (0.9, 10.5, 0.075)}  # as many right, and less sure of them
    assert dial.turn(None, watch, given) == 0.9


@pytest.mark.parametrize(
    ("falls", "losses", "budget", "scale"),
    [
        ((0.11, 0.08, 0.03, 0.01), (0.3, 0.3, 0.3, 0.3), 0.03, 0.8),  # the first within the budget that answers as much, less sure or not
        ((0.01, 0.01, 0.01, 0.0), (0.3, 0.3, 0.3, 0.3), 0.03, 0.9),  # all within: as sure as the surest, and what forgets least
        ((0.11, 0.08, 0.05, 0.01), (0.3, 0.3, 0.3, 0.3), 0.03, 0.8),  # none that answers as much: the one that keeps most
        ((0.01, 0.01, 0.01, 0.0), (0.3, 0.28, 0.21, 0.1), 0.03, 0.8),  # surest of new and known together
        ((0.11, 0.08, 0.03, 0.01), (0.3, 0.3, 0.3, 0.3), None, 0.9),
    ],
)
def test_the_dial_keeps_known_questions_as_far_as_as_much_is_answered(falls, losses, budget, scale, monkeypatch):
    from kgllm.tuning.training import dial
    from kgllm.tuning.training.watch import Watch

    scales, now = (1.0, 0.9, 0.8, 0.7), {}
    learned = {1.0: (0.9, 0.05), 0.9: (0.9, 0.05), 0.8: (0.89, 0.09), 0.7: (0.6, 0.3)}

    def measure(self, model):
        right, loss = learned[now["scale"]]
        fall, unsure = falls[scales.index(now["scale"])], losses[scales.index(now["scale"])]
        return {"held_out": right, "held_out_loss": loss, "known": 0.9 - fall, "known_loss": unsure, "known_fall": fall}

    monkeypatch.setattr(dial, "set_scale", lambda model, method, scale: now.update(scale=scale))
    monkeypatch.setattr(Watch, "measure", measure)
    watch = Watch(held=[0] * 50, known=[0], known_budget=budget)
    assert dial.turn(None, watch, settings(scales=scales)) == scale
    assert now["scale"] == scale


def test_free_memory_is_given_back_on_a_cpu(folder, rows, tmp_path, monkeypatch):
    from kgllm.tuning.training import trainer

    told = []
    monkeypatch.setattr(trainer, "give_back", lambda: told.append(True))
    tune(folder(), rows(), tmp_path / "out", settings=settings(steps=9, known=0, general=0))
    assert len(told) == (9 // trainer.SLIM if not torch.cuda.is_available() else 0)


@pytest.mark.skipif(sys.platform != "linux", reason="glibc's")
def test_what_is_given_back_is_free_for_others():
    """A heap with holes: every other small piece is in use, until all but the last are not."""
    from kgllm.tuning.training.heap import give_back

    def resident():
        return int(Path("/proc/self/statm").read_text(encoding="utf-8").split()[1])

    pieces = [bytearray(60_000) for _ in range(2000)]
    del pieces[:-1]
    before = resident()
    if give_back():
        assert resident() < before - 5000


def test_too_few_general_texts_for_the_budget_are_refused(folder, rows, texts, tmp_path):
    """Without a passage kept aside nothing would say what was forgotten, and the budget would hold nothing."""
    given = settings(budget=0.08)
    with pytest.raises(ConfigError, match="4 general texts are too few: every fifth is kept aside") as refused:
        tune(folder(), rows(), tmp_path / "out", settings=given, general=texts[:4])
    assert "general_held_out" in refused.value.hint
    with pytest.raises(ConfigError, match="no general text has 4 tokens"):
        tune(folder(), rows(), tmp_path / "out", settings=given, general=["a", "b", "c", "d", "e"])


def test_held_out_known_questions_are_looked_at_and_make_another_run(folder, rows, texts, tmp_path):
    def made(out, **more):
        return tune(folder(), rows(), tmp_path / out, settings=settings(), general=texts, held_out=rows(held=True), **more)

    found = made("with", known_held_out=rows()[:3])
    assert all({"known", "known_loss", "known_fall"} <= set(one) for one in found.history)
    assert found.history[0]["known_fall"] == 0.0
    card = (tmp_path / "with" / "README.md").read_text(encoding="utf-8")
    assert "| step | held_out | known | known_fall | perplexity |" in card
    assert made("with", known_held_out=rows()[:3], again=True).history == found.history
    with pytest.raises(ConfigError, match="made by another run"):
        made("with", again=True)
    assert not any("known" in one for one in made("without").history)


def test_kl_holds_general_text(folder, rows, texts, tmp_path):
    def rise(kl):
        found = run(folder, rows, texts, tmp_path / f"kl{kl}", steps=30, batch=8, check_every=30, kl=kl, scales=(1.0,))
        return found.history[-1]["perplexity_rise"]

    assert rise(5.0) < rise(0.0)


def test_training_stops_at_the_forgetting_budget(folder, rows, texts, tmp_path):
    found = run(folder, rows, texts, tmp_path / "out", steps=60, kl=0.0, budget=0.001, check_every=3, rate=5e-2, scales=(1.0,))
    assert "forgetting" in found.stopped
    assert found.steps < 60


def test_a_loss_that_is_no_number_is_skipped_then_set_back_then_given_up(folder, rows, texts, tmp_path, monkeypatch):
    from kgllm.tuning.training import trainer as module

    real, calls = module.losses, []

    def broken(at):
        def losses(*args, **more):
            calls.append(1)
            summed, count, kl = real(*args, **more)
            return (summed * math.nan if len(calls) in at else summed), count, kl

        return losses

    monkeypatch.setattr(module, "losses", broken({2}))
    found = run(folder, rows, texts, tmp_path / "one")
    assert found.skipped == 1
    assert all(bool(one.isfinite().all()) for one in found.model.parameters())
    calls.clear()
    monkeypatch.setattr(module, "losses", broken(range(2, 1000)))
    with pytest.raises(TrainingDiverged, match="no number"):
        run(folder, rows, texts, tmp_path / "all", steps=30)


@pytest.mark.parametrize("value", [math.nan, math.inf])
def test_a_gradient_that_is_no_number_is_skipped_though_its_loss_is_one(value, folder, rows, texts, tmp_path, monkeypatch):
    """Nothing moves in that step, and what it had learned of the gradients before is no less."""
    from kgllm.tuning.training.trainer import KGTrainer

    real, calls, losses = KGTrainer.training_step, [], []

    def broken(at):
        def step(self, model, inputs, num_items_in_batch=None):
            calls.append(1)
            losses.append(float(real(self, model, inputs, num_items_in_batch)))
            if len(calls) in at:
                next(one for one in model.parameters() if one.grad is not None).grad.view(-1)[0] = value
            return torch.tensor(losses[-1])

        return step

    given = {"held_out": rows(held=True), "settings": settings(steps=6, check_every=1, scales=(1.0,))}
    monkeypatch.setattr(KGTrainer, "training_step", broken({4}))
    found = tune(folder(), rows(), tmp_path / "one", **given)
    assert all(map(math.isfinite, losses))
    assert found.skipped == 1
    assert "Skipped: 1 step" in (found.folder / "README.md").read_text(encoding="utf-8")
    assert found.steps == 6
    looks = [one["held_out_loss"] for one in found.history]
    assert looks[3] == looks[4] != looks[5]  # nothing moved in the fourth step (the first look is before any), and the fifth goes on
    assert all(bool(one.isfinite().all()) for one in found.model.parameters())
    calls.clear()
    monkeypatch.setattr(KGTrainer, "training_step", broken(range(2, 1000)))
    with pytest.raises(TrainingDiverged, match="no number"):
        run(folder, rows, texts, tmp_path / "all", steps=30)


def test_sigterm_saves_and_a_later_run_goes_on(folder, rows, texts, tmp_path):
    import os
    import signal

    def term(done, of):
        if done == 2:
            os.kill(os.getpid(), signal.SIGTERM)

    with pytest.raises(SystemExit):
        tune(folder(), rows(), tmp_path / "out", settings=settings(), general=texts, held_out=rows(held=True), progress=term)
    assert newest(tmp_path / "out.run") is not None
    found = tune(folder(), rows(), tmp_path / "out", settings=settings(), general=texts, held_out=rows(held=True))
    assert found.steps == 6


@pytest.mark.parametrize("chat", [False, True])
def test_both_prompts(chat, folder, rows, tmp_path):
    found = tune(folder(chat=chat), rows(), tmp_path / "out", settings=settings(), held_out=rows(held=True))
    assert as_llm(found.folder).chat is chat
