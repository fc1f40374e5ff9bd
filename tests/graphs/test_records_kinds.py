"""What the rows of a table are: their table's name, and a noun for things by which the column of their names is called."""

import pytest

import kgllm


@pytest.mark.parametrize(
    ("rows", "types"),
    [
        ([{"Student": "Ann", "GPA": 3.1}, {"Student": "Ben", "GPA": 2.9}], ("student",)),
        ([{"订单号": "D1", "金额": 3}, {"订单号": "D2", "金额": 5}], ("订单",)),
        ([{"姓名": "张三", "工资": 3}, {"姓名": "李四", "工资": 5}], ("人",)),
        ([{"Name": "Ann", "Salary": 3, "Department": "Sales"}, {"Name": "Ben", "Salary": 5, "Department": "IT"}], ("person",)),
        ([{"Name": "Lamp", "Price": 3}, {"Name": "Desk", "Price": 5}], ()),
        ([{"Year": "1999", "Rain": 3}, {"Year": "2001", "Rain": 5}], ()),
        ({"sales": [{"invoice": "A1", "amount": 3}, {"invoice": "A2", "amount": 5}]}, ("sales", "invoice")),
        ({"invoices": [{"invoice": "A1", "amount": 3}, {"invoice": "A2", "amount": 5}]}, ("invoices",)),
        ({"calendar": [{"service_id": "A1", "days": 3}, {"service_id": "B2", "days": 5}]}, ("calendar",)),
    ],
)
def test_rows_are_what_the_column_of_their_names_says(rows, types):
    graph = kgllm.load(rows)
    names = ("Ann", "张三", "Lamp", "1999", "D1", "A1", "calendar/A1")
    [first] = [match.node for matches in graph.find(names) for match in matches if getattr(match.node, "types", None) is not None][:1]
    assert first.types == types
