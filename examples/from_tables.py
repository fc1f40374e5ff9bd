"""Ask tables of records: two tables as one graph, and an SQLite database with its foreign keys.

python examples/from_tables.py
"""

from __future__ import annotations

import sqlite3
import tempfile
from pathlib import Path

import kgllm

FILMS = [
    {"id": 1, "title": "Memento", "year": 2000, "director": "Christopher Nolan", "genres": ["thriller", "mystery"]},
    {"id": 2, "title": "Inception", "year": 2010, "director": "Christopher Nolan", "genres": ["science fiction"]},
    {"id": 3, "title": "流浪地球", "year": 2019, "director": "郭帆", "genres": ["science fiction"]},
]
PEOPLE = [{"name": "Christopher Nolan", "born": "1970-07-30"}, {"name": "郭帆", "born": "1980-12-15"}]
SHOP = """
CREATE TABLE customers (id INTEGER PRIMARY KEY, name TEXT, city TEXT);
CREATE TABLE products (id INTEGER PRIMARY KEY, name TEXT, price REAL);
CREATE TABLE likes (customer_id INTEGER REFERENCES customers, product_id INTEGER REFERENCES products);
INSERT INTO customers VALUES (1, 'Ann', 'Oslo'), (2, '王伟', '上海');
INSERT INTO products VALUES (1, 'Lamp', 20.5), (2, 'Desk', 200);
INSERT INTO likes VALUES (1, 1), (1, 2), (2, 2);
"""


def ask(graph: kgllm.graphs.base.Graph, *questions: str) -> None:
    qa = kgllm.GraphQA(graph)
    for question in questions:
        print(f"{question}  {qa.ask(question).text}")


def main() -> None:
    films = kgllm.load({"films": FILMS, "people": PEOPLE}, refers={"director": "people"})
    ask(films, "When was the director of Inception born?", "Which is the oldest film?", "流浪地球的导演是谁？")
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "shop.sqlite"
        base = sqlite3.connect(path)
        base.executescript(SHOP)
        base.close()
        ask(kgllm.load(path), "Which products does Ann like?", "How much is the price of the Lamp?", "王伟在哪个城市？")


if __name__ == "__main__":
    main()
