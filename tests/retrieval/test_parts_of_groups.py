"""What 子 before a word makes of it: a subcategory under a category, whatever the graph calls the two."""

import pytest

import kgllm

SOLD = (
    ("Aro", "tools", "saws"),
    ("Bex", "tools", "drills"),
    ("Cim", "garden", "hoses"),
    ("Dov", "garden", "pots"),
    ("Eli", "garden", "pots"),
)


@pytest.fixture(scope="module", params=[("category", "subcategory"), ("category", "sub_category"), ("group", "subgroup")])
def shop(request):
    above, below = request.param
    rows = [{"name": name, above: one, below: other} for name, one, other in SOLD]
    kinds = {field: field.replace("category", "categorie") + "s" for field in (above, below)}
    return kgllm.GraphQA(kgllm.load({"products": rows}, name="name", key="name", refers=kinds))


@pytest.mark.parametrize(
    ("question", "answers"),
    [
        ("Dov在哪个子分类里？", ["pots"]),
        ("Dov在哪个子类别里？", ["pots"]),
        ("pots这个子类别里有哪些产品？", ["Dov", "Eli"]),
        ("哪个子类别的产品最多？", ["pots"]),
        ("一共有哪些子类别？", ["drills", "hoses", "pots", "saws"]),
    ],
)
def test_what_is_below_a_group(shop, question, answers):
    assert sorted(end.name for end in shop.ask(question).entities) == answers


def test_what_is_above(shop):
    assert [end.name for end in shop.ask("Dov属于哪个类别？").entities] == ["garden"]


def test_in_english(shop, request):
    below = "subgroup" if "shop2" in request.node.name else "subcategory"
    assert [end.name for end in shop.ask(f"Which {below} has the most products?").entities] == ["pots"]
