"""Names that several rows have, and references that are made of several columns."""

import pytest

import kgllm
from kgllm.errors import ConfigError, WrongTypeError
from kgllm.types import Literal

RIDERS = [
    {"season": 1, "rider": "Tom", "bike": "Swift"},
    {"season": 1, "rider": "王芳", "bike": "Falcon"},
    {"season": 2, "rider": "Tom", "bike": "Heron"},
    {"season": 2, "rider": "Ida", "bike": "苍鹰"},
]
STAGES = [
    {"place": "Alp", "season": 1, "rider": "Tom", "rank": 1},
    {"place": "Bay", "season": 2, "rider": "Tom", "rank": 3},
    {"place": "海口", "season": 1, "rider": "王芳", "rank": 2},
    {"place": "Col", "season": 2, "rider": "王芳", "rank": 9},
]


def load(**options):
    options = {"key": {"riders": ["season", "rider"]}, "name": {"riders": "rider"}, **options}
    return kgllm.load({"riders": RIDERS, "stages": STAGES}, **options)


def ends_of(graph, relation="rider"):
    return {fact.subject.name: fact.object for fact in graph.scan(limit=1000).items if fact.relation.id == relation}


def test_a_name_of_several_rows_is_said_to_be_one():
    graph = load(refers={"rider": "riders"})
    [note] = [note for note in graph.notes if "several rows" in note]
    assert note.startswith("stages: 1 of 2 values of 'rider' is what several rows of 'riders' are called ('Tom')")
    assert 'refers={("stages.season", "stages.rider"): "riders"} leads to the one with the same \'season\'' in note
    assert not any("no row of" in note or "to themselves" in note for note in graph.notes)
    rows = [{"club": "Reds", "coach": "Ann"}, {"club": "Blues", "coach": "李雷"}]
    coaches = [{"name": "Ann", "born": 1970}, {"name": "Ann", "born": 1980}, {"name": "李雷", "born": 1990}]
    graph = kgllm.load({"clubs": rows, "coaches": coaches}, refers={"coach": "coaches"})
    assert any("several rows of 'coaches' are called ('Ann'): they stay values; a column that tells" in note for note in graph.notes)


@pytest.mark.parametrize(
    "refers",
    [
        {("stages.season", "stages.rider"): "riders"},
        {("season", "rider"): "riders"},
        {("rider", "season"): ("riders.rider", "riders.season")},
    ],
)
def test_several_columns_lead_to_a_row(refers):
    graph = load(refers=refers)
    ends = ends_of(graph)
    assert (ends["Alp"].id, ends["Bay"].id, ends["海口"].id) == ("riders/1/Tom", "riders/2/Tom", "riders/1/王芳")
    assert ends["Col"] == Literal("王芳")  # in that season there was none
    assert any("1 of 4 of " in note and "leads to no one row of 'riders'" in note and "王芳" in note for note in graph.notes)
    qa = kgllm.GraphQA(graph)
    assert qa.ask("What is the bike of the rider of Bay?").text.startswith("Heron")


def test_columns_called_otherwise_are_those_of_the_key():
    legs = [{"leg": "Alp", "year": 2, "by": "Tom"}]
    tables = {"riders": RIDERS, "legs": legs}
    key = {"riders": ["season", "rider"]}
    assert ends_of(kgllm.load(tables, key=key, refers={("year", "by"): "riders"}), "by")["Alp"].id == "riders/2/Tom"
    with pytest.raises(ConfigError, match="which columns of 'riders' these are is not known") as caught:
        kgllm.load(tables, refers={("year", "by"): "riders"})
    assert "'riders.…'" in caught.value.hint


def test_a_part_of_a_key_leads_with_the_rest_of_it():
    riders = [{**rider, "full": f"{rider['rider']} {n}"} for n, rider in enumerate(RIDERS)]
    tables = {"riders": riders, "stages": STAGES}
    graph = kgllm.load(tables, key={"riders": ["season", "rider"]}, name={"riders": "full"}, refers={"rider": "riders"})
    [note] = [note for note in graph.notes if "'rider'" in note]
    assert note.startswith("stages: 2 of 2 values of 'rider' are no row of 'riders'")
    assert 'it is part of their key (refers={("stages.season", "stages.rider"): "riders"} leads there)' in note


def test_what_cannot_be_said_is_refused():
    for refers in ({("season",): "riders"}, {("season", "rider"): None}, {("season", 3): "riders"}):
        with pytest.raises(WrongTypeError):
            load(refers=refers)
    with pytest.raises(ConfigError, match="no table 'drivers'"):
        load(refers={("season", "rider"): "drivers"})
    with pytest.raises(ConfigError, match="no such column"):
        load(refers={("season", "driver"): "riders"})
    with pytest.raises(ConfigError, match="no table has all"):
        load(refers={("bike", "rank"): "stages"})


def test_what_is_said_of_other_tables_leads_no_row_to_itself():
    teas = [{"no": n, "tea": f"Tea {n}", "leaf": "green"} for n in range(6)]
    cups = [{"cup": f"C{n}", "tea": f"Tea {n % 3}"} for n in range(6)]
    for refers in ({"tea": "teas"}, {"tea": "teas.tea"}):
        graph = kgllm.load({"teas": teas, "cups": cups}, key={"teas": "no"}, refers=refers)
        assert not any("teas:" in note and "tea'" in note.replace("named by 'tea'", "") for note in graph.notes)
        assert "C1 — tea → Tea 1" in {str(fact) for fact in graph.scan().items}


HEIRS = {
    "messages": [{"name": "PING", "replaced_by": "PONG"}, {"name": "PONG", "replaced_by": "DO_停"}, {"name": "OLD", "replaced_by": "GONE"}],
    "commands": [{"name": "DO_停"}, {"name": "DO_GO"}],
}


def test_a_column_leads_to_rows_of_two_tables():
    graph = kgllm.load(HEIRS, refers={"messages.replaced_by": ["messages", "commands"]})
    ends = ends_of(graph, "replaced_by")
    assert (ends["PING"].id, ends["PONG"].id, ends["OLD"]) == ("messages/PONG", "commands/DO_停", Literal("GONE"))
    assert any("1 of 3 values of 'replaced_by' is no row of 'messages or commands' ('GONE')" in note for note in graph.notes)
    with pytest.raises(ConfigError, match="there is no table 'orders'"):
        kgllm.load(HEIRS, refers={"replaced_by": ["messages", "orders"]})
    with pytest.raises(ConfigError, match="'commands' has no column 'code'"):
        kgllm.load(HEIRS, refers={"replaced_by": ["messages", "commands.code"]})
    both = {**HEIRS, "commands": [*HEIRS["commands"], {"name": "PONG"}]}
    with pytest.raises(ConfigError, match=r"'?PONG'? is a row of 'messages' and of 'commands'"):
        kgllm.load(both, refers={"replaced_by": ["messages", "commands"]})


def test_a_note_says_how_a_column_leads_to_both_tables():
    notes = kgllm.load(HEIRS | {"messages": HEIRS["messages"][:2]}, refers={"replaced_by": "messages"}).notes
    assert any(
        'is a row of \'commands\': refers={"messages.replaced_by": ["messages", "commands"]} leads to both' in note for note in notes
    )
