"""Columns of the keys of tables that list kinds: `orderStatus` of OrderStatusType."""

import pytest

import kgllm
from kgllm.types import Literal

KINDS = [{"id": place, "name": name} for place, name in enumerate(["Open", "Paid", "已发货", "Lost"], 1)]


def end_of(graph, relation):
    [end] = {fact.object for fact in graph.scan(limit=1000).items if fact.relation.id == relation}
    return end


@pytest.mark.parametrize(
    ("table", "column"), [("OrderStatusType", "orderStatus"), ("OrderStatusTypeData", "order_status_id"), ("订单状态表", "订单状态")]
)
def test_the_words_of_a_table_that_say_nothing_are_overlooked(table, column):
    tables = {table: KINDS, "Order": [{"id": 10, column: 3}]}
    graph = kgllm.load(tables)
    assert end_of(graph, column).id == f"{table}/3"
    assert any(f"{column!r} leads to rows of {table!r} (refers=" in note for note in graph.notes)
    assert end_of(kgllm.load(tables, refers={column: None}), column).name == "3"
    tables["Order"].append({"id": 11, column: 9})  # no key there: then none of them is one
    graph = kgllm.load(tables, key="id")
    assert {fact.object.name for fact in graph.scan().items if fact.relation.id == column} == {"3", "9"}


def test_the_table_of_the_very_name_comes_first():
    tables = {
        "vehicles": [{"id": number, "plate": f"V{number}"} for number in range(1, 9)],
        "vehicle_types": KINDS,
        "trips": [{"id": 1, "vehicle": 2, "name": "Alp"}, {"id": 2, "vehicle": 4, "name": "湾"}],
    }
    graph = kgllm.load(tables)
    assert {fact.object.id for fact in graph.scan().items if fact.relation.id == "vehicle"} == {"vehicles/2", "vehicles/4"}


def test_numbers_that_may_be_keys_of_a_table_with_such_words_are_told():
    tables = {"OrderStatus": KINDS, "Order": [{"id": 10, "status": 2, "count": 1}, {"id": 11, "status": 3, "count": 4}]}
    graph = kgllm.load(tables)
    assert any('(refers={"status": "OrderStatus"} leads there)' in note for note in graph.notes)
    assert Literal("2", 2) in {fact.object for fact in graph.scan().items if fact.relation.id == "status"}
    assert not any("'count'" in note and "leads there" in note for note in graph.notes)
    tables["Order"].append({"id": 12, "status": 9})
    assert not any("leads there" in note for note in kgllm.load(tables).notes)
