"""Fitting: what was taught is used where it helps and only there, kept, loaded, looked at; in English and Chinese."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

import kgllm
from kgllm.errors import CheckpointError, ConfigError, GraphParseError
from kgllm.retrieval.learning.calibrate import FEW, calibrated, expected_calibration_error, tempered, weights_of
from kgllm.retrieval.learning.cases import Case
from kgllm.retrieval.learning.train import Settings, learn, meant, scored
from kgllm.retrieval.scoring.features import NAMES
from kgllm.retrieval.scoring.memory import Memory
from kgllm.retrieval.scoring.represent import STEPS, WORDS

FACTS = [
    *((f"Alpha {n}", "zorbed", f"Beta {n % 11}") for n in range(44)),
    *((f"Alpha {n}", "quibble", f"Gamma {n % 7}") for n in range(44)),
    *((f"Alpha {n}", "frandel", f"Delta {n % 5}") for n in range(44)),
]


def labelled(relation: str, words: str, n: int = 30) -> list[dict[str, object]]:
    ends = {subject: end for subject, name, end in FACTS if name == relation}
    return [{"question": words.format(f"Alpha {i}"), "answers": [ends[f"Alpha {i}"]]} for i in range(n)]


TAUGHT = [*labelled("zorbed", "what bakes {}"), *labelled("quibble", "what paints {}"), *labelled("frandel", "{}的花是什么")]


@pytest.fixture(scope="module")
def graph():
    return kgllm.load(FACTS)


@pytest.fixture(scope="module")
def taught(graph):
    qa = kgllm.GraphQA(graph)
    return qa, qa.fit(TAUGHT, own=0)


def first(qa: kgllm.GraphQA, question: str) -> str:
    return qa.retrieve(question).paths[0].endpoints[0].name


def test_labels_teach_words_that_no_name_holds(graph, taught):
    qa, report = taught
    plain = kgllm.GraphQA(graph)
    asked = [("what bakes Alpha 40", "Beta 7"), ("what paints Alpha 41", "Gamma 6"), ("Alpha 42的花是什么", "Delta 2")]
    assert [first(qa, question) for question, _ in asked] == [answer for _, answer in asked]
    assert [first(plain, question) for question, _ in asked] != [answer for _, answer in asked]
    assert report.kept == "learned"
    assert report.by_kind["all"][2] > report.by_kind["all"][1] + 0.3
    assert len(report.curve) > 3
    assert report.curve[-1] < report.curve[0]


def test_a_graph_without_facts_teaches_nothing_and_says_so():
    qa = kgllm.GraphQA(kgllm.load([]))
    with pytest.raises(ConfigError, match="no questions to write"):
        qa.fit()
    assert qa.retriever.learned is None


def test_what_was_learned_is_kept_and_loaded(graph, taught, tmp_path):
    qa, _ = taught
    again = kgllm.GraphQA.load(qa.save(tmp_path / "scorer"), graph)
    for question in ("what bakes Alpha 40", "Alpha 42的花是什么", "what is the quibble of Alpha 3"):
        one, other = qa.ask(question), again.ask(question)
        assert one.entities == other.entities
        assert one.confidence == pytest.approx(other.confidence, abs=1e-5)
    assert again.ask("what bakes Alpha 40").settings["scorer"]["taught_by"] == "labels"
    about = json.loads((tmp_path / "scorer" / "scorer.json").read_text(encoding="utf-8"))
    assert about["graph"] == graph.version()


def test_what_linking_learned_is_kept_too(graph, tmp_path):
    rows = [
        {**row, "question": f"{row['question']} near Beta {i % 11}", "topics": [f"Alpha {i % 30}"]}
        for i, row in enumerate(labelled("zorbed", "what bakes {}") + labelled("quibble", "{}的画是什么"))
    ]
    rows += [{"question": q, "answers": ["Beta 0"], "topics": ["Alpha 0"]} for q in ("what bakes the big one", "who zorbed big one")]
    qa = kgllm.GraphQA(graph)
    report = qa.fit(rows, own=0)
    assert report.linking[0] == len(rows)
    assert report.linking[2] >= report.linking[1]
    again = kgllm.GraphQA.load(qa.save(tmp_path / "scorer"), graph)
    assert again.linker.learned.aliases == qa.linker.learned.aliases == {"big one": "Alpha 0"}
    assert [link.entity for link in again.link("what bakes big one")] == [link.entity for link in qa.link("what bakes big one")]
    assert str(again.link("what bakes big one")[0].entity) == "Alpha 0"
    qa.use(None)
    assert qa.linker.learned is None


def test_confidence_learns_nothing_from_a_form_that_does_not_count(graph, monkeypatch):
    """Each fold has linear weights of its own: what they differ by is no sign of the bilinear form."""
    seen = []

    def watched(table, kinds, *rest, **options):
        seen.append(table)
        return calibrated(table, kinds, *rest, **options)

    monkeypatch.setattr("kgllm.answering.fitting.calibrated", watched)
    monkeypatch.setattr("kgllm.retrieval.learning.choose.LABEL_SHARES", ((0.0, 1.0),))
    qa = kgllm.GraphQA(graph)
    qa.fit(TAUGHT, own=0)
    assert not qa.retriever.learned.ask.any()
    assert np.all(seen[0][:, NAMES.index("learned")] == 0)
    assert np.any(seen[0][:, NAMES.index("remembered")] > 0)


@pytest.mark.parametrize("turns", [1, 3, 5])
def test_labels_whose_wordings_come_in_turns_teach_as_others_do(graph, turns):
    rows = [row for at in range(turns) for row in TAUGHT[at::turns]]
    qa = kgllm.GraphQA(graph)
    assert qa.fit(rows, own=0).kept == "learned"
    assert first(qa, "what bakes Alpha 40") == "Beta 7"
    plain = qa.ask("what is the quibble of Alpha 41")  # no label is worded so
    assert [str(one) for one in plain.entities] == ["Gamma 6"]


def test_the_same_seed_learns_the_same(graph, taught):
    again = kgllm.GraphQA(graph)
    again.fit(TAUGHT, own=0)
    assert np.array_equal(again.retriever.learned.linear, taught[0].retriever.learned.linear)
    assert np.array_equal(again.retriever.learned.path, taught[0].retriever.learned.path)


def test_wrong_labels_ruin_nothing(graph):
    rows = [
        {"question": f"what is the {name} of Alpha {n}", "answers": [f"{other} {n % 3}"]}
        for n in range(12)
        for name, other in (("quibble", "Delta"), ("frandel", "Beta"))
    ]
    qa = kgllm.GraphQA(graph)
    before = [first(qa, f"what is the quibble of Alpha {n}") for n in range(20, 30)]
    qa.fit(rows, own=60)
    assert sum(first(qa, f"what is the quibble of Alpha {n}") == was for n, was in zip(range(20, 30), before)) >= 8


def test_the_graph_alone_teaches_to_abstain():
    qa = kgllm.GraphQA(kgllm.load(kgllm.datasets.load("gpu")))
    report = qa.fit(n=160)
    assert report.taught_by == "the graph"
    assert report.by_kind["all"][2] >= report.by_kind["all"][1]
    assert report.abstained[1] >= report.abstained[0]
    assert 0.1 <= report.threshold <= 0.7
    right = [row for row in kgllm.datasets.questions("gpu", language="en") if row["answers"]][:40]
    plain = kgllm.GraphQA(qa.graph)
    hits = [
        sum(any(entity.name == answer for answer in row["answers"] for entity in one.ask(row["question"]).entities[:1]) for row in right)
        for one in (plain, qa)
    ]
    assert hits[1] >= hits[0] - 3


def test_a_threshold_of_the_user_stays(graph):
    qa = kgllm.GraphQA(graph, threshold=0.9)
    qa.fit(TAUGHT[:70], own=0)
    assert qa.ask("what bakes Alpha 40").abstained == (qa.ask("what bakes Alpha 40").confidence < 0.9)


def test_forgetting(graph):
    qa = kgllm.GraphQA(graph)
    was = qa.retrieve("what is the quibble of Alpha 3").paths[0].score
    qa.fit(TAUGHT[:40], own=0)
    qa.use(None)
    assert qa.retrieve("what is the quibble of Alpha 3").paths[0].score == was
    with pytest.raises(ConfigError, match="nothing"):
        qa.save("nowhere")


NO_EXTRA = """
import re, sys, tomllib, kgllm
project = tomllib.load(open(sys.argv[1], "rb"))["project"]
named = lambda rows: {re.match(r"[\\w-]+", row)[0].replace("-", "_") for row in rows}
extras = {name for rows in project["optional-dependencies"].values() for name in named(rows)} - named(project["dependencies"]) - {"kgllm"}
graph = kgllm.load([(f"A {n}", relation, f"{relation} {n % 3}") for n in range(12) for relation in ("zorbed", "quibble")])
qa = kgllm.GraphQA(graph)
sys.modules |= dict.fromkeys(extras)  # after spaCy, which brings some of them itself
qa.fit([{"question": f"what bakes A {n}", "answers": [f"zorbed {n % 3}"]} for n in range(12)], own=0)
print(kgllm.GraphQA.load(qa.save(sys.argv[2]), graph).retriever.learned is not None)
"""


def test_what_was_learned_is_kept_without_any_extra(tmp_path):
    pyproject = Path(__file__).resolve().parents[2] / "pyproject.toml"
    run = subprocess.run([sys.executable, "-c", NO_EXTRA, pyproject, tmp_path / "kept"], capture_output=True, text=True, check=False)
    assert run.stdout.strip() == "True", run.stderr


def test_labels_that_lead_nowhere_are_refused(graph):
    with pytest.raises(ConfigError, match="no question leads"):
        kgllm.GraphQA(graph).fit([{"question": "who is it", "answers": ["Nobody"]}])
    with pytest.raises(GraphParseError):
        kgllm.GraphQA(graph).fit([{"question": "who is it"}])
    with pytest.raises(ConfigError, match=r"^there are no questions$|^there are no questions\n"):
        kgllm.GraphQA(graph).fit([])


def test_what_stops_on_the_way_leaves_what_was_learned_before(graph):
    qa = kgllm.GraphQA(graph)
    qa.fit(TAUGHT[:40], own=0)
    before, links = qa.retriever.learned, qa.linker.learned

    def interrupt(what, done, of):
        if what == "training":
            raise KeyboardInterrupt

    with pytest.raises(ConfigError):
        qa.fit([{"question": "what bakes Alpha 3", "answers": ["Nobody"], "topics": ["Alpha 3"]}])
    with pytest.raises(KeyboardInterrupt):
        qa.fit(TAUGHT[:40], own=0, progress=interrupt)
    assert before is not None and qa.retriever.learned is before
    assert qa.linker.learned is links


def test_a_scorer_of_another_vocabulary_or_encoder_is_refused(taught, tmp_path):
    folder = taught[0].save(tmp_path / "scorer")
    with pytest.raises(CheckpointError, match="other relations"):
        kgllm.GraphQA.load(folder, kgllm.load([("a", "knows", "b")]))

    class Encoder:
        def encode(self, texts):
            return np.ones((len(texts), 4), np.float32)

    with pytest.raises(CheckpointError, match="encoder"):
        kgllm.GraphQA.load(folder, kgllm.load(FACTS), encoder=Encoder())


@pytest.mark.parametrize("damage", ["missing", "cut", "json", "shape", "features"])
def test_a_damaged_folder_is_refused(taught, tmp_path, damage):
    from safetensors.numpy import load_file, save_file

    folder = taught[0].save(tmp_path / "scorer")
    weights, about = folder / "scorer.safetensors", folder / "scorer.json"
    if damage == "missing":
        weights.unlink()
    elif damage == "cut":
        weights.write_bytes(weights.read_bytes()[:100])
    elif damage == "json":
        about.write_text("{", encoding="utf-8")
    elif damage == "shape":
        arrays = load_file(weights)
        save_file({**arrays, "linear": np.zeros(3, np.float32)}, weights)
    else:
        about.write_text(json.dumps({**json.loads(about.read_text(encoding="utf-8")), "features": ["one"]}), encoding="utf-8")
    with pytest.raises(CheckpointError):
        kgllm.GraphQA.load(folder, kgllm.load(FACTS))


def test_an_encoder_of_the_user_is_learned_over(graph):
    class Encoder:
        name = "letters"

        def encode(self, texts):
            return np.array([[text.lower().count(letter) + 0.01 for letter in "abcdefghijklmnopqrstuvwxyz"] for text in texts], np.float32)

    qa = kgllm.GraphQA(graph, encoder=Encoder())
    qa.fit(TAUGHT, own=0)
    assert first(qa, "what bakes Alpha 40") == "Beta 7"


def test_progress_is_told(graph):
    told = []
    kgllm.GraphQA(graph).fit(TAUGHT[:20], own=0, progress=lambda *one: told.append(one))
    assert ("asking", 20, 20) in told


def test_the_parts_of_a_score_add_up(taught):
    qa, _ = taught
    path = qa.retrieve("what bakes Alpha 40").paths[0]
    parts = qa.parts(path)
    assert sum(parts.values()) == pytest.approx(path.score, abs=1e-3)
    assert parts["remembered"] > 1  # of the questions that are most like it


def test_questions_remembered_vote_for_their_paths(taught):
    memory = taught[0].retriever.learned.memory
    assert len(memory.asked) == len(TAUGHT)  # each of them leads to its answers
    assert memory.weight.sum() == pytest.approx(len(TAUGHT))
    empty = Memory.none().votes(np.ones(600, np.float32), memory.steps[:3])
    assert empty.tolist() == [0, 0, 0]
    question = np.zeros(WORDS + 1, np.float32)
    question[:WORDS] = memory.asked[0]
    mine = memory.steps[memory.of == 0]
    other = memory.steps[memory.of == len(TAUGHT) - 1]
    votes = memory.votes(question, np.concatenate([mine, other]))
    assert votes[: len(mine)].min() > 1 > votes[len(mine) :].max()


def test_the_memory_of_another_process_knows_the_paths_again(graph, taught, tmp_path):
    """Hashes of paths, not numbers that one process gives them."""
    folder = taught[0].save(tmp_path / "scorer")
    again = kgllm.GraphQA.load(folder, kgllm.load([*FACTS[::-1]]))
    assert first(again, "what bakes Alpha 40") == "Beta 7"
    path = again.retrieve("what bakes Alpha 40").paths[0]
    assert again.parts(path)["remembered"] > 1


def test_confidence_that_is_calibrated_is_nearer_to_the_truth():
    rng = np.random.default_rng(0)
    table = np.zeros((400, len(NAMES) + 2))
    table[:, 0] = rng.random(400)
    table[:, -1] = 1
    right = rng.random(400) < table[:, 0]
    sure, threshold = calibrated(table, ["right" if one else "none" for one in right], 0.01)
    assert sure[0] > 2  # the only feature that tells
    assert 0.1 <= threshold <= 0.7
    assert expected_calibration_error(np.full(400, 0.99), right) > 0.3


def test_of_the_right_answers_to_labels_about_a_hundredth_is_lost():
    """As docs/fitting.md says: of people's next questions more are lost than of these."""
    rng = np.random.default_rng(0)
    order = rng.permutation(2000)
    kinds = np.array(["right"] * 1000 + ["none"] * 1000)[order]
    table = np.zeros((2000, len(NAMES) + 2))
    table[:, NAMES.index("explained")] = rng.normal(np.where(kinds == "right", 1.5, -1.5), 1)
    table[:, -1] = 1
    sure, threshold = calibrated(table, kinds.tolist(), 0.01)
    now = 1 / (1 + np.exp(-(table @ sure)))
    assert 0.1 < threshold < 0.5
    assert (now[kinds == "right"] < threshold).mean() == pytest.approx(0.01, abs=0.004)


@pytest.mark.parametrize("share", [0.0, 0.015, 0.05])
def test_confidence_that_is_fitted_is_worth_no_less_than_the_shipped_one(share):
    """Where one question of ten has no answer. At 0.05 the shipped one loses a thirtieth of the right answers, which it must not."""
    rng = np.random.default_rng(0)
    kinds = np.array(["right"] * 1000 + ["none"] * 1000)
    table = np.zeros((2000, len(NAMES) + 2))
    table[:, NAMES.index("lacks")] = 1.5 * (rng.random(2000) < np.where(kinds == "right", share, 0.6))
    table[:, NAMES.index("explained")] = rng.normal(np.where(kinds == "right", 1.2, 0.8), 0.3)
    table[:, -1] = 1

    def worth(sure, threshold):
        told = 1 / (1 + np.exp(-(table @ sure)))
        return 0.9 * (told[kinds == "right"] >= threshold).mean() + 0.1 * (told[kinds == "none"] < threshold).mean()

    shipped = calibrated(table, ["none"] * 2000)  # nothing right: as shipped
    sure, threshold = calibrated(table, kinds.tolist())
    assert worth(sure, threshold) >= worth(*shipped) - 0.002
    assert (1 / (1 + np.exp(-(table @ sure)))[kinds == "right"] < threshold).mean() < 0.015


def test_how_the_questions_without_an_answer_were_drawn_is_no_sign_of_one():
    """They start from things with few facts: that must not be what tells them from the others."""
    rng = np.random.default_rng(0)
    kinds = np.array(["right"] * 1000 + ["none"] * 1000)
    table = np.zeros((2000, len(NAMES) + 2))
    table[:, NAMES.index("common")] = np.where(kinds == "right", 1.0, 0.0)
    table[:, NAMES.index("unexplained")] = rng.normal(np.where(kinds == "right", 0.1, 1.0), 0.3)
    table[:, -1] = 1
    sure, _ = calibrated(table, kinds.tolist(), 0.01)
    assert sure[NAMES.index("common")] == 0
    assert sure[NAMES.index("unexplained")] < -1.15  # the shipped


@pytest.mark.parametrize("encoder", [False, True])
def test_confidence_that_is_tempered_abstains_on_the_same(encoder):
    rng = np.random.default_rng(0)
    table = np.abs(rng.normal(0, 1, (400, len(NAMES) + 2))).round(3)
    table[:, -1] = 1
    table[:, [NAMES.index(name) for name in ("lacks", "cut", "headless", "offtype")]] *= rng.random((400, 4)) < 0.05  # rare, and decisive
    prior, half = tempered(table, ["none"] * 400, encoder=encoder)
    assert half == 0.5  # nothing right: as shipped
    was = 1 / (1 + np.exp(-(table @ prior)))
    kinds = ["right" if value > draw else "wrong" for value, draw in zip(was**2, rng.random(400), strict=True)]
    assert FEW < kinds.count("right") < 400
    sure, threshold = tempered(table, kinds, encoder=encoder)
    now = 1 / (1 + np.exp(-(table @ sure)))
    right = np.array([kind == "right" for kind in kinds])
    assert np.array_equal(now < threshold, was < 0.5)
    weight = weights_of(kinds)
    assert expected_calibration_error(now, right, weight) < expected_calibration_error(was, right, weight)


def test_labels_that_name_one_answer_of_several_teach_the_path_that_was_meant():
    """A roundabout path to just the one answer is nearer to the label, but it is another one each time."""
    rng = np.random.default_rng(0)
    every = [(i,) for i in range(7)]  # the first was meant
    paths = {path: rng.normal(size=WORDS + 3 * STEPS).astype(np.float32) / 36 for path in every}
    cases = []
    for _ in range(60):
        f1 = np.zeros(len(every), np.float32)
        f1[[0, rng.integers(1, len(every))]] = 0.5, 1.0
        asks, none = np.ones((1, WORDS + 1), np.float32), np.zeros(len(every), np.int64)
        cases.append(Case(np.zeros((len(every), len(NAMES)), np.float32), tuple(every), none, np.arange(len(every)), f1 == 1, f1, asks))
    model, curve = learn(cases, [1.0] * len(cases), paths, np.zeros(len(NAMES)), Settings(epochs=20))
    likely = [meant(scored(case, model.linear, model, paths), case.f1) for case in cases]
    assert np.mean([one[0] for one in likely]) > 0.8
    assert curve[-1] < curve[0]
    assert all(np.isclose(one.sum(), 1) for one in likely)
    remembered = Memory.made(cases, likely, {path: (path[0], 0) for path in every})
    assert remembered.weight[remembered.steps[:, 0] == 0].sum() > 0.8 * len(cases)
