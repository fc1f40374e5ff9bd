"""More graphs of `benchmarks real`, of what people look up: opened as a hurried user would, fields named as the data name them."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import kgllm
from benchmarks._real_data import Package, unpacked

DISHES = Package(client="npm", name="howtocook-mcp", version="0.2.2", files=("package/all_recipes.json",))


def dishes() -> Any:
    """Dishes that programmers cook, what goes into them and how much of it, in Chinese: networkx with attributes."""
    import networkx as nx

    graph = nx.MultiDiGraph()
    for recipe in _json(unpacked(DISHES) / "package/all_recipes.json"):
        told = {field: recipe[field] for field in ("name", "difficulty", "servings")}
        graph.add_node(recipe["id"], type="recipe", steps=len(recipe["steps"]), **told)
        graph.add_node(recipe["category"], type="category", name=recipe["category"])
        graph.add_edge(recipe["id"], recipe["category"], relation="category")
        for one in recipe["ingredients"]:
            if one["name"].strip("- "):
                graph.add_node(one["name"], type="ingredient", name=one["name"])
                graph.add_edge(recipe["id"], one["name"], relation="ingredients", text_quantity=one["text_quantity"].strip("- "))
    return kgllm.load(graph, name="name", types="type")


GRAPHS: dict[str, Callable[[], Any]] = {graph.__name__: graph for graph in (dishes,)}


def _json(path: Path) -> Any:
    return json.loads(path.read_text(encoding="utf-8"))
