"""What came of a tuning stands in the adapter's card, and what a person wrote there stays."""

from __future__ import annotations

from pathlib import Path

import pytest

from kgllm.errors import CheckpointError
from kgllm.tuning import TuneSettings, evaluate, export, load, tune
from kgllm.tuning.proving.report import save_report
from kgllm.tuning.weights.base import seen_from
from kgllm.tuning.weights.cards import _BEGIN, _END, put_results

pytest.importorskip("torch")
SMALL = TuneSettings(steps=2, batch=4, known=0, general=0, rank=2, length=64, check_every=2)


@pytest.fixture
def adapter(folder, rows, tmp_path) -> Path:
    return tune(folder(), rows(), tmp_path / "runs" / "taught" / "adapter", settings=SMALL).folder


def proof_of(adapter, rows, texts):
    groups = {"unseen": rows(held=True), "untaught": [{"question": "Who directed 红高粱?", "answers": ["张艺谋"], "language": "zh"}]}
    return evaluate(str(adapter), groups, texts=texts, known=rows()[:4])


def test_a_report_puts_its_results_into_the_card(adapter, rows, texts):
    before = (adapter / "README.md").read_text(encoding="utf-8")
    proof = proof_of(adapter, rows, texts)
    assert (adapter / "README.md").read_text(encoding="utf-8") == before  # asking alone writes nothing
    save_report(proof, adapter.parent / "report", plots=False)
    card = (adapter / "README.md").read_text(encoding="utf-8")
    assert card.startswith(before)
    assert f"| unseen wording | 8 | {proof.figures['untuned']['unseen']['hits1']} | {proof.figures['tuned']['unseen']['hits1']} |" in card
    assert f"Verdict: **{proof.to_dict()['verdict']['way']}**." in card
    assert f"| … its rise | | {proof.kept['perplexity_rise']:+.1%} [{proof.kept['perplexity_rise_low']:+.1%}, " in card
    where = card.split("as seen from the adapter's folder: `")[1].split("`")[0]
    assert where == "../report/report.md"
    assert (adapter / where).is_file()
    assert str(adapter.parent) not in card
    assert load(adapter).info["method"] == "lora"  # the card is none of what is verified
    assert _BEGIN in (export(adapter, adapter.parent / "merged") / "README.md").read_text(encoding="utf-8")


@pytest.mark.parametrize(("method", "library"), [("lora", "peft"), ("adapter", "kgllm"), ("freeze", "kgllm"), ("full", "transformers")])
def test_a_card_tells_what_was_done_and_what_loads_it(folder, rows, texts, tmp_path, method, library):
    sizes = {"lora": {"rank": 2}, "adapter": {"width": 4}, "freeze": {"top": 1}}.get(method, {})
    plain = TuneSettings(method=method, steps=2, batch=4, length=64, check_every=2, budget=None, **sizes)
    alone = (tune(folder(), rows(), tmp_path / "alone", settings=plain).folder / "README.md").read_text(encoding="utf-8")
    assert f"library_name: {library}\n" in alone
    assert not any(f" {name} " in alone for name in ("known", "general", "kl", "ratio", "known_budget", "patience", "scales"))
    beside = tune(folder(), rows(), tmp_path / "beside", settings=plain, known=rows()[:4], general=texts, held_out=rows(held=True))
    card = (beside.folder / "README.md").read_text(encoding="utf-8")
    assert ", known 8, general 12, kl 1.0, " in card
    assert "ratio" not in card


def test_what_a_person_wrote_stays_and_results_are_written_anew(adapter, rows, texts):
    card = adapter / "README.md"
    first = "# Unser Modell 我们的模型\r\n\r\nBy hand.\r\n"
    card.write_bytes(first.encode())
    proof = proof_of(adapter, rows, texts)
    save_report(proof, adapter.parent / "report", plots=False)
    written = card.read_bytes().decode()
    assert written.startswith(first + "\r\n" + _BEGIN)
    assert written.count("\n") == written.count("\r\n")
    card.write_bytes((written + "After it, 后面。\r\n").encode())
    save_report(proof, adapter.parent / "again", plots=False)
    again = card.read_bytes().decode()
    assert again == (written + "After it, 后面。\r\n").replace("../report/report.md", "../again/report.md")
    save_report(proof, adapter.parent / "third", plots=False, card=False)
    assert card.read_bytes().decode() == again
    assert load(adapter).info["method"] == "lora"


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("", f"{_BEGIN}\nx\n{_END}\n"),
        ("no line break", f"no line break\n\n{_BEGIN}\nx\n{_END}\n"),
        (f"a\n{_BEGIN}\nold\n{_END} b", f"a\n{_BEGIN}\nx\n{_END} b"),
        (f"{_BEGIN}\nthe end is lost", f"{_BEGIN}\nthe end is lost\n\n{_BEGIN}\nx\n{_END}\n"),
        (f"{_END}\nturned\n{_BEGIN}\n", f"{_END}\nturned\n{_BEGIN}\n\n{_BEGIN}\nx\n{_END}\n"),
    ],
)
def test_a_section_is_replaced_only_where_both_marks_stand(tmp_path, old, new):
    (tmp_path / "adapter").mkdir()
    card = tmp_path / "adapter" / "README.md"
    if old:
        card.write_text(old, encoding="utf-8")
    put_results(tmp_path / "adapter", ["x"])
    assert card.read_text(encoding="utf-8") == new
    put_results(tmp_path / "adapter", ["x"])
    assert card.read_text(encoding="utf-8") == new
    assert [path.name for path in tmp_path.iterdir()] == ["adapter"]  # nothing half-written is left


def test_cards_that_cannot_be_written_say_so(tmp_path):
    folder = tmp_path / "adapter"
    folder.mkdir()
    (folder / "README.md").write_bytes(b"\xff\xfe caf\xe9")
    with pytest.raises(CheckpointError, match="no text in UTF-8"):
        put_results(folder, ["x"])
    assert (folder / "README.md").read_bytes() == b"\xff\xfe caf\xe9"
    (folder / "README.md").unlink()
    (tmp_path / "other.md").write_text("other", encoding="utf-8")
    (folder / "README.md").symlink_to(tmp_path / "other.md")
    with pytest.raises(CheckpointError, match="is a link"):
        put_results(folder, ["x"])
    assert (tmp_path / "other.md").read_text(encoding="utf-8") == "other"
    with pytest.raises(CheckpointError, match="cannot be written"):
        put_results(tmp_path / "no" / "such" / "folder", ["x"])


def test_far_places_are_not_written_down():
    assert seen_from(Path("/a/b/c/d/e/f"), Path("/x")) == ""
    assert seen_from(Path("/a/b"), None) == ""
    assert seen_from(Path("/a/b"), Path("/a/c")) == "../c"
