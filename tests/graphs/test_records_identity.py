"""The `id` of nested objects identifies them where what is said of one id agrees; else it is a number within its parent."""

import pytest

import kgllm


def facts_of(graph):
    return {str(fact) for fact in graph.scan(limit=1000).items}


def ends_of(graph, relation):
    return {(fact.subject.name, fact.object.id) for fact in graph.scan(limit=1000).items if fact.relation.id == relation}


def test_ids_that_each_parent_counts_anew_make_no_things():
    soups = [
        {"name": "Borscht", "steps": [{"id": 1, "text": "chop", "minutes": 5}, {"id": 2, "text": "boil", "minutes": 40}]},
        {"name": "罗宋汤", "steps": [{"id": 1, "text": "切菜", "minutes": 8}, {"id": 2, "text": "boil", "minutes": 50}]},
    ]
    graph = kgllm.load(soups, table="soups")
    assert len(ends_of(graph, "steps")) == 4 == len({end for _, end in ends_of(graph, "steps")})
    assert sum(fact.endswith("— id → 1") for fact in facts_of(graph)) == 2  # it is a fact now
    [note] = [note for note in graph.notes if "'steps'" in note]
    assert "each is a row of its own" in note and "differ in 'text', 'minutes' (id '1': 'chop', '切菜')" in note
    assert 'key={"steps": "id"}' in note
    for key in ({"steps": "id"}, "steps.id"):
        said = kgllm.load(soups, table="soups", key=key)
        assert {end for _, end in ends_of(said, "steps")} == {"steps/1", "steps/2"} and not any("'steps'" in note for note in said.notes)


def test_what_stands_in_no_list_is_part_of_its_row():
    rows = [{"name": "Kiwi", "seller": {"id": 3, "price": 2}}, {"name": "梨", "seller": {"id": 3, "price": 5}}]
    graph = kgllm.load(rows, table="fruits")
    assert {"Kiwi — seller.price → 2", "梨 — seller.price → 5", "梨 — seller.id → 3"} <= facts_of(graph)
    assert any("each is part of its row" in note for note in graph.notes)


@pytest.mark.parametrize("where", ["object", "list"])
def test_what_agrees_is_one_thing(where):
    def of(one):
        return [one] if where == "list" else one

    rows = [{"title": f"Song {n}", "singer": of({"id": n % 3, "born": 1900 + n % 3})} for n in range(9)]
    graph = kgllm.load(rows, table="songs")
    assert {end for _, end in ends_of(graph, "singer")} == {"singer/0", "singer/1", "singer/2"}
    rows.append({"title": "Song x", "singer": of({"id": 1})})  # says less, and nothing else
    assert ("Song x", "singer/1") in ends_of(kgllm.load(rows, table="songs"), "singer")


def test_one_slip_of_many_leaves_an_id_one():
    rows = [{"title": f"Film {n}", "hall": {"id": n % 30, "seats": 100 + n % 30}} for n in range(90)]
    rows[-1]["hall"] = {"id": 29, "seats": 130}
    graph = kgllm.load(rows, table="films")
    assert len({end for _, end in ends_of(graph, "hall")}) == 30


def test_names_that_agree_make_one_thing_and_a_note_says_what_differs():
    plays = [
        {"title": "Hamlet", "cast": [{"id": 7, "name": "Ann", "role": "Ophelia"}, {"id": 8, "name": "李明", "role": "Hamlet"}]},
        {"title": "Emma", "cast": [{"id": 7, "name": "Ann", "role": "Emma"}]},
    ]
    graph = kgllm.load(plays, table="plays")
    assert {("Hamlet", "cast/7"), ("Emma", "cast/7")} <= ends_of(graph, "cast")
    [note] = [note for note in graph.notes if "'cast'" in note]
    assert "one thing, though they differ in 'role'" in note and 'key={"cast": ["id", "role"]}' in note
    apart = kgllm.load(plays, table="plays", key={"cast": ["id", "role"]})
    assert {"cast/7/Ophelia", "cast/7/Emma"} <= {end for _, end in ends_of(apart, "cast")}


def test_names_that_differ_are_things_of_their_own():
    papers = [
        {"title": "One", "authors": [{"id": 1, "name": "Ann"}, {"id": 2, "name": "Ben"}]},
        {"title": "Two", "authors": [{"id": 1, "name": "Ben"}, {"id": 2, "name": "Cid"}, {"id": 3, "name": "王伟"}]},
    ]
    graph = kgllm.load(papers, table="papers")
    assert {fact for fact in facts_of(graph) if "authors" in fact} == {
        "One — authors → Ann", "One — authors → Ben", "Two — authors → Ben", "Two — authors → Cid", "Two — authors → 王伟",
    }  # fmt: skip


def test_a_key_of_several_columns_is_said_of_what_is_nested():
    books = [
        {"title": "Dune", "shops": [{"shop": "north", "id": "12", "price": 9}]},
        {"title": "Emma", "shops": [{"shop": "south", "id": "12", "price": 3}, {"shop": "north", "id": "13", "price": 4}]},
    ]
    graph = kgllm.load(books, table="books", key={"shops": ["shop", "id"]})
    assert ends_of(graph, "shops") == {("Dune", "shops/north/12"), ("Emma", "shops/south/12"), ("Emma", "shops/north/13")}
    named = kgllm.load([{"title": "Dune", "place": {"shelf": "A", "row": 1}}], table="books", key={"place": ["shelf", "row"]})
    assert "Dune — place → A 1" in facts_of(named)


def test_what_is_nested_under_one_word_in_several_places_is_not_mixed():
    tables = {
        "films": [{"name": "Alien", "awards": [{"year": 1980, "prize": "Saturn"}]}],
        "剧集": [{"name": "红楼梦", "awards": [{"year": 1987, "prize": "飞天奖"}]}],
    }
    ends = ends_of(kgllm.load(tables), "awards")
    assert len({end for _, end in ends}) == 2
    rows = [{"name": "Loom", "left": {"parts": [{"x": 1}]}, "right": {"parts": [{"y": 3}]}}]
    graph = kgllm.load(rows, table="machines")
    assert ends_of(graph, "left.parts").isdisjoint(ends_of(graph, "right.parts"))


def test_ids_under_one_word_in_several_places_are_one_thing_only_where_they_agree():
    tables = {
        "menus": [{"name": "Noon", "items": [{"id": 1, "name": "Soup"}, {"id": 2, "name": "面条"}]}],
        "orders": [{"name": "O-1", "items": [{"id": 1, "name": "Lamp"}]}, {"name": "O-2", "items": [{"id": 2, "name": "灯泡"}]}],
    }
    graph = kgllm.load(tables)
    assert {"Noon — items → Soup", "Noon — items → 面条", "O-1 — items → Lamp", "O-2 — items → 灯泡"} <= facts_of(graph)
    assert "'menus.items' and 'orders.items' have ids of their own: 'items/1' differs in 'name' ('Soup', 'Lamp')" in graph.notes
    rows = [{"name": "Match", "home": {"side": {"id": 1, "name": "Reds"}}, "away": {"side": {"id": 1, "name": "Blues"}}}]
    assert {"Match — home.side → Reds", "Match — away.side → Blues"} <= facts_of(kgllm.load(rows, table="matches"))
    tables["orders"] = [{"name": "O-1", "items": [{"id": 1, "name": "Soup", "count": 2}]}]
    graph = kgllm.load(tables)
    assert {end for _, end in ends_of(graph, "items")} == {"items/1", "items/2"} and not any("of their own" in note for note in graph.notes)


def test_a_key_that_is_said_holds_in_several_places():
    staff = [{"worker_id": n, "desk": {"id": 1, "name": f"Desk {n}"}} for n in range(3)]
    tables = {"team": staff, "组": [{"name": "夜班", "desk": {"id": 1, "name": "书桌"}}]}
    said = kgllm.load(tables, key={"desk": "id"})
    assert {end for _, end in ends_of(said, "desk")} == {"desk/1"}
    assert len({end for _, end in ends_of(kgllm.load(tables), "desk")}) == 4


def test_notes_say_what_the_rows_are():
    notes = kgllm.load([{"title": "Dune", "pages": 412}], table="书").notes
    assert any(note.startswith("书: rows are known by 'title'") for note in notes)
