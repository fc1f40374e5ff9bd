"""The model card of an adapter: what it is, what it was taught, how, and what came of it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from kgllm.tuning.base import Base
from kgllm.tuning.settings import TuneSettings

_GEMMA = (
    "The base model is provided under and subject to the Gemma Terms of Use (ai.google.dev/gemma/terms). What is merged from it is a "
    "derivative: pass the terms and their use restrictions on, and say prominently that it was modified."
)


def model_card(base: Base, settings: TuneSettings, info: Mapping[str, Any]) -> str:
    """Markdown, with the front matter that hubs read."""
    run: Mapping[str, Any] = info.get("run", {})
    looks = [one for one in run.get("history", ()) if "scale" not in one]
    best = f"the best state is of step {run.get('best_step', 0)}, its dial at {run.get('scale', 1.0):g}"
    trained = f"{run.get('trained', 0):,} of {run.get('parameters', 0):,} parameters"
    lines = [
        "---",
        f"base_model: {base.name}",
        "library_name: " + ("transformers" if settings.method == "full" else "peft"),
        "tags: [kgllm, knowledge-graph]",
        "---",
        f"# {base.name}, tuned by kgllm with {settings.method}",
        "",
        f"- Base: `{base.name}`" + (f", fingerprint `{base.fingerprint}`" if base.fingerprint else ""),
        f"- Graph: `{info.get('graph') or 'not given'}`",
        f"- Data: {info.get('rows', '?')} rows" + (f"; {info['data']}" if info.get("data") else ""),
        f"- Trained: {trained}, {run.get('steps', 0)} steps, {run.get('seconds', 0):.0f} s; {best}",
        "- Settings: " + ", ".join(f"{name} {value}" for name, value in settings.to_dict().items() if name != "method"),
        f"- Stopped: {run.get('stopped', '')}",
        f"- Prompt: {'the chat template' if base.chat else '`Question: …` and `Answer:` on lines of their own'}; answers are short",
        "",
    ]
    if looks:
        names = [name for name in ("held_out", "known", "perplexity", "perplexity_rise") if any(name in one for one in looks)]
        lines += ["| step | " + " | ".join(names) + " |", "|" + "--:|" * (len(names) + 1)]
        lines += [f"| {one['step']} | " + " | ".join(f"{one[name]:.3f}" if name in one else "" for name in names) + " |" for one in looks]
        lines.append("")
    lines += ["Answers without retrieved facts are from memory and may be wrong; what was not taught is guessed or declined.", ""]
    if "gemma" in base.name.lower():
        lines += [_GEMMA, ""]
    return "\n".join(lines)
