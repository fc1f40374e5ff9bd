"""The model card of an adapter: what it is, what it was taught, how, and what came of it."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Collection, Mapping, Sequence
from pathlib import Path
from typing import Any

from kgllm.errors import CheckpointError
from kgllm.tuning.settings import TuneSettings
from kgllm.tuning.weights.base import Base
from kgllm.tuning.weights.checkpoint import CARD

_GEMMA = (
    "The base model is provided under and subject to the Gemma Terms of Use (ai.google.dev/gemma/terms). What is merged from it is a "
    "derivative: pass the terms and their use restrictions on, and say prominently that it was modified."
)


def model_card(base: Base, settings: TuneSettings, info: Mapping[str, Any], *, unused: Collection[str] = ()) -> str:
    """Markdown, with the front matter that hubs read. unused: settings of rows that the run did not have."""
    run: Mapping[str, Any] = info.get("run", {})
    looks = [one for one in run.get("history", ()) if "scale" not in one]
    best = f"the best state is of step {run.get('best_step', 0)}, its dial at {run.get('scale', 1.0):g}"
    trained = f"{run.get('trained', 0):,} of {run.get('parameters', 0):,} parameters"
    lines = [
        "---",
        f"base_model: {base.name}",
        f"library_name: {_LIBRARIES.get(settings.method, 'peft')}",
        "tags: [kgllm, knowledge-graph]",
        "---",
        f"# {base.name}, tuned by kgllm with {settings.method}",
        "",
        f"- Base: `{base.name}`" + (f", fingerprint `{base.fingerprint}`" if base.fingerprint else ""),
        f"- Graph: `{info.get('graph') or 'not given'}`",
        f"- Data: {info.get('rows', '?')} rows" + (f"; {info['data']}" if info.get("data") else ""),
        *_mixed(info.get("mix") or {}),
        f"- Trained: {trained}, {run.get('steps', 0)} steps, {run.get('seconds', 0):.0f} s; {best}",
        "- Settings: " + ", ".join(f"{name} {value}" for name, value in settings.own().items() if name not in unused),
        f"- Stopped: {run.get('stopped', '')}",
        *([f"- Skipped: {run['skipped']} steps, whose loss or gradient was no number"] if run.get("skipped") else ()),
        f"- Prompt: {'the chat template' if base.chat else '`Question: …` and `Answer:` on lines of their own'}; answers are short",
        "",
    ]
    names = [name for name in ("held_out", "known", "known_fall", "perplexity", "perplexity_rise") if any(name in one for one in looks)]
    if names:
        lines += ["| step | " + " | ".join(names) + " |", "|" + "--:|" * (len(names) + 1)]
        lines += [f"| {one['step']} | " + " | ".join(f"{one[name]:.3f}" if name in one else "" for name in names) + " |" for one in looks]
        lines.append("")
    lines += ["Answers without retrieved facts are from memory and may be wrong; what was not taught is guessed or declined.", ""]
    if "gemma" in base.name.lower():
        lines += [_GEMMA, ""]
    return "\n".join(lines)


_LIBRARIES = {"full": "transformers", "freeze": "kgllm", "adapter": "kgllm"}
"""What loads a folder, where PEFT does not."""


def _mixed(report: Mapping[str, Any]) -> list[str]:
    """What `mix` put beside the rows of the domain."""
    if not report.get("general"):
        return []
    often = f", each {report['each_general_row_stands']:g} times" if "each_general_row_stands" in report else ""
    return [f"- Mixed in: {report['general']:,} general rows beside {report['domain']:,} of the domain ({report.get('ratio', '')}){often}"]


_BEGIN = "<!-- kgllm: results; each report writes anew what stands between these two lines, and nothing else -->"
_END = "<!-- kgllm: end of results -->"


def put_results(folder: Path, lines: Sequence[str]) -> None:
    """Write the results of a proof into the card of an adapter: between two marks of their own, in place of what stood there, or at the
    end. What a person wrote outside of them stays, byte for byte; a killed process leaves the old card or the new one.

    Raises:
        CheckpointError: the card is no text in UTF-8, is a link, or cannot be written.
    """
    card = folder / CARD
    if card.is_symlink():
        raise CheckpointError(f"{card} is a link", hint="copy the file itself, so that results can be written into it")
    try:
        old = card.read_bytes().decode("utf-8") if card.exists() else ""
        _put(card, _with_section(old, [_BEGIN, *lines, _END]))
    except UnicodeDecodeError as error:
        raise CheckpointError(f"{card} is no text in UTF-8, so no results were written into it", hint="save it as UTF-8") from error
    except OSError as error:
        raise CheckpointError(f"the card {card} cannot be written: {error.strerror or error}", hint="save_report(…, card=False)") from error


def _with_section(text: str, section: Sequence[str]) -> str:
    """The text with the section in place of the last one, or at its end; lines end as the text's own do."""
    ending = "\r\n" if "\r\n" in text else "\n"
    whole = ending.join(section)
    end = text.rfind(_END)
    begin = text.rfind(_BEGIN, 0, max(0, end))
    if begin >= 0:
        return text[:begin] + whole + text[end + len(_END) :]
    gap = "" if not text else ending if text.endswith(ending) else ending * 2
    return f"{text}{gap}{whole}{ending}"


def _put(file: Path, text: str) -> None:
    """Written beside the folder, synced, and renamed into it: a folder that holds something half-written would not load."""
    handle, work = tempfile.mkstemp(prefix=".writing-", dir=file.parent.parent)
    try:
        with os.fdopen(handle, "wb") as out:
            out.write(text.encode("utf-8"))
            out.flush()
            os.fsync(out.fileno())
        Path(work).chmod(file.stat().st_mode & 0o777 if file.exists() else 0o644)
        Path(work).replace(file)
    finally:
        Path(work).unlink(missing_ok=True)
