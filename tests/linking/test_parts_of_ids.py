"""What a question says of an id, of initials, and of the first letters of a name."""

import kgllm
from kgllm.types import Entity, Fact, Relation

ROWS = {
    "Batch": [
        {"Id": 2121, "Batch": "K7", "FieldId": 1},
        {"Id": 2122, "Batch": "K8", "FieldId": 2},
        {"Id": 2123, "Batch": "K9", "FieldId": 2},
    ],
    "Field": [{"Id": 1, "Name": "North Slope", "RegionId": 5}, {"Id": 2, "Name": "Old Weir", "RegionId": 6}],
    "Region": [{"Id": 5, "Name": "ISLES OF SKERRY (IOS)"}, {"Id": 6, "Name": "Greater Lowland Territory (GLT)"}],
}


def rows() -> kgllm.GraphQA:
    return kgllm.GraphQA(kgllm.load(ROWS, name=["Batch.Batch", "Name"]))


def named(qa: kgllm.GraphQA, question: str) -> list[str]:
    return [link.entity.name for link in qa.link(question)]


def test_the_name_of_a_table_names_no_row_of_it() -> None:
    qa = rows()
    assert named(qa, "Old Weir 有哪些 Batch？") == ["Old Weir"]
    assert named(qa, "Which Batch is from Old Weir?") == ["Old Weir"]
    assert {str(end) for end in qa.ask("Which batches are from Old Weir?").entities} == {"K8", "K9"}


def test_initials_in_brackets_are_a_name() -> None:
    qa = rows()
    assert named(qa, "Which fields are in IOS?") == ["ISLES OF SKERRY (IOS)"]
    assert {str(end) for end in qa.ask("Which fields are in the GLT?").entities} == {"Old Weir"}
    assert {str(end) for end in qa.ask("GLT 有哪些 Field？").entities} == {"Old Weir"}


def test_what_is_not_so_of_what_initials_name() -> None:
    facts = [
        ("Ada", "member of", "World Kite Union (WKU)"),
        ("Bo", "member of", "World Kite Union (WKU)"),
        ("Cy", "member of", "Rope Guild"),
    ]
    qa = kgllm.GraphQA(kgllm.load([Fact(Entity(who, types=("flyer",)), Relation(r), Entity(of)) for who, r, of in facts]))
    assert [str(end) for end in qa.ask("Which flyers are not members of the WKU?").entities] == ["Cy"]


def test_first_letters_of_a_name_name_it_only_where_nothing_else_is_named() -> None:
    facts = [
        ("Bellmere", "brewed by", "Holt"),
        ("Holt", "town", "Ash"),
        ("Colverton Trading", "town", "Elm"),
        ("Colverton Trading", "codes", "Q1"),
    ]
    qa = kgllm.GraphQA(kgllm.load(facts))
    assert "Colverton Trading" not in named(qa, "bellmere col codes")
    assert "Colverton Trading" in named(qa, "Where is Colvert?")


def test_a_column_of_keys_leads_to_no_code() -> None:
    tables = {"Ship": [{"Id": 1, "Name": "Alca", "PortId": 7}, {"Id": 2, "Name": "Uria", "PortId": 7}], "Port": [{"Id": 7, "Name": "Wick"}]}
    qa = kgllm.GraphQA(kgllm.load(tables, name="Name"))
    assert qa.ask("Alca codes").abstained
    assert qa.ask("Alca的代码是什么？").abstained
    assert [str(end) for end in qa.ask("Which port is Alca in?").entities] == ["Wick"]
