"""key= and name= by table."""

import pytest

import kgllm
from kgllm.errors import ConfigError

PEOPLE = [{"no": 1, "full": "Ada King", "nick": "Ada"}, {"no": 2, "nick": "李四"}]
BOATS = [{"mark": "B7", "label": "Lark", "owner": 1}, {"mark": "B8", "label": "云雀", "owner": 2}]


def load(**options):
    return kgllm.load({"people": PEOPLE, "船": BOATS}, **options)


def names_of(graph, kind):
    return sorted(one.name for one in graph.scan(what="entities").items if kind in one.types)


def test_a_name_is_said_by_table():
    graph = load(key={"people": "no", "船": "mark"}, name={"people": ["full", "nick"], "船": "label"})
    assert names_of(graph, "people") == ["Ada King", "李四"] and names_of(graph, "船") == ["Lark", "云雀"]
    assert not any("known by" in note for note in graph.notes)
    assert names_of(load(name={"people": "nick"}), "people") == ["Ada", "李四"]
    graph = load(key={"people": "no"}, name={"people": (), "船": []})
    assert not any(one.name in ("Ada", "Lark") for one in graph.scan(what="entities").items)


def test_a_name_by_table_of_files_and_of_one_table(tmp_path):
    (tmp_path / "people.csv").write_text("no,full,nick,year\n1,Ada King,Ada,1815\n2,李四,四,1990\n", encoding="utf-8")
    for source in (tmp_path, tmp_path / "people.csv"):
        assert names_of(kgllm.load(source, key={"people": "no"}, name={"people": "nick"}), "people") == ["Ada", "四"]
    assert names_of(kgllm.load(PEOPLE, table="people", name={"people": "nick"}), "people") == ["Ada", "李四"]


def test_a_name_of_what_is_nested_is_said_by_table():
    rows = [{"title": f"Song {n}", "singer": {"id": n, "stage": f"Star {n}", "born": 1950 + n}} for n in range(4)]
    graph = kgllm.load(rows, table="songs", name={"singer": "stage"})
    assert names_of(graph, "singer") == [f"Star {n}" for n in range(4)]


def test_a_table_or_column_that_is_none_is_refused():
    with pytest.raises(ConfigError, match=r"name=\{'persons': …\}: there is no such table; there are") as caught:
        load(name={"persons": "full"})
    assert "names= is a mapping from ids" in caught.value.hint
    with pytest.raises(ConfigError, match="there is no such column"):
        load(name={"people": "fullname"})
    with pytest.raises(ConfigError, match="names="):  # of triples it is none of their options
        kgllm.load([("Ada", "knows", "Bob")], name={"Ada": "Ada King"})


def test_a_given_key_that_a_table_does_not_take_is_said_with_the_form_that_forces_it():
    cameras = [{"name": "A", "mount": "EF"}, {"name": "A", "mount": "F"}, {"name": "B", "mount": "F"}]
    tables = {"mounts": [{"name": "EF"}, {"name": "F"}], "相机": cameras}
    graph = kgllm.load(tables, key="name", refers={"mount": "mounts"})
    [note] = [note for note in graph.notes if note.startswith("相机: ")]
    assert "the key that was given, 'name', is not taken here, as several rows have the same" in note
    assert 'key={"相机": "name"}' in note and "say it otherwise" not in note
    forced = kgllm.load(tables, key={"相机": "name", "mounts": "name"}, refers={"mount": "mounts"})
    assert names_of(forced, "相机") == ["A", "B"] and not any("is not taken" in note for note in forced.notes)
    declared = kgllm.load(tables, key=["mounts.name", "相机.name"])  # said of the table, it is taken
    assert names_of(declared, "相机") == ["A", "B"] and not any("is not taken" in note for note in declared.notes)


def test_a_column_of_other_names_is_not_the_name():
    """It was guessed to be the name, and the key another one: what was said did not count."""
    certs = {"OW": {"full_name": "Open Water Diver", "depth": 18}, "一星": {"full_name": "一星潜水员", "depth": 20}}
    graph = kgllm.load({"certs": certs}, aliases="certs.full_name")
    assert {(fact.subject.name, fact.relation.name, str(fact.object)) for fact in graph.scan().items} == {
        ("OW", "full_name", "Open Water Diver"), ("OW", "depth", "18"), ("一星", "full_name", "一星潜水员"), ("一星", "depth", "20"),
    }  # fmt: skip
    qa = kgllm.GraphQA(graph)
    assert qa.ask("What is the full name of OW?").text == "Open Water Diver [1]"
    assert qa.ask("一星潜水员的depth是多少？").text == "20 [1]"

    rows = [{"code": code, **said} for code, said in certs.items()]
    flat = kgllm.load(rows, table="certs", aliases="full_name")
    assert {(one.name, one.aliases) for one in flat.scan(what="entities").items} == {
        ("OW", ("Open Water Diver",)),
        ("一星", ("一星潜水员",)),
    }
    alone = kgllm.load([{"full_name": "Open Water Diver", "depth": 18}], table="certs", aliases="full_name")
    assert {fact.relation.name for fact in alone.scan().items} == {"full_name", "depth"}  # it stays a fact where nothing else is a name


@pytest.mark.parametrize("option", ["name", "key"])
def test_a_column_is_not_said_to_be_the_name_and_another_name(option):
    rows = [{"code": "OW", "full_name": "Open Water Diver", "depth": 18}, {"code": "AOW", "full_name": "Advanced Diver", "depth": 30}]
    with pytest.raises(ConfigError, match=f"{option}= and aliases= both name 'full_name' of certs"):
        kgllm.load(rows, table="certs", aliases="full_name", **{option: "full_name"})
    other = kgllm.load(rows, table="certs", key="full_name", name="code", aliases="full_name")
    assert {one.name for one in other.scan(what="entities").items} == {"OW", "AOW"}
