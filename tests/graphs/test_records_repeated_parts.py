"""What is nested is called by its name, however often it is said again."""

import pytest

import kgllm


def ships(key, made, name):
    yards = [("olm-werft-gmbh", "Olm Werft"), ("vass-yard-ltd", "Vass Yard")]
    return [{"id": f"S{n}", "name": f"Ship {n}", made: {key: yards[n % 2][0], name: yards[n % 2][1]}} for n in range(12)]


@pytest.mark.parametrize("name", ["name", "title"])
def test_a_maker_of_many_is_called_by_its_name(name):
    graph = kgllm.load(ships("id", "yard", name), table="ships")
    [match] = graph.find(["yard/olm-werft-gmbh"])[0]
    assert match.node.name == "Olm Werft"
    answer = kgllm.GraphQA(graph).ask("Which yard built Ship 1?")
    assert [end.name for end in answer.entities] in (["Vass Yard"], [])


def test_who_has_most_is_told_by_name():
    rows = [
        {"编号": n, "名称": f"茶{n}", "茶园": {"id": f"yuan-{min(n, 2)}", "name": ("山南", "山北", "河东")[min(n, 2)]}} for n in range(9)
    ]
    graph = kgllm.load(rows, table="茶")
    assert {match.node.name for match in graph.find(["茶园/yuan-2"])[0]} == {"河东"}


def test_what_many_have_tells_nothing_apart():
    rows = [{"id": n, "name": f"Film {n}", "lead": {"id": f"p{n}", "title": ("Dr", "Ms")[n % 2], "born": 1900 + n}} for n in range(12)]
    graph = kgllm.load(rows, table="films")
    assert {match.node.name for match in graph.find(["lead/p3"])[0]} == {"lead/p3"}
