"""What is said of the files in a folder that are not read."""

import pytest

import kgllm
from kgllm.errors import ConfigError


@pytest.fixture
def folder(tmp_path):
    place = tmp_path / "园"
    place.mkdir()
    for n in range(12):
        (place / f"plant{n:02}.yml").write_text("name: Fern\n", encoding="utf-8")
    return place


def test_many_files_that_are_not_read_are_one_note(folder):
    (folder / "beds.csv").write_text("bed,soil,sun\nNorth,clay,2\n南,沙,8\n", encoding="utf-8")
    (folder / "LICENSE").write_text("free", encoding="utf-8")
    graph = kgllm.load(folder)
    [note] = [note for note in graph.notes if "not read" in note]
    assert note.startswith("园: 13 of 14 files are not read (12 .yml, 1 LICENSE: LICENSE, plant00.yml, plant01.yml, …)")
    assert "kgllm.load(yaml.safe_load(…))" in note


def test_a_folder_of_other_files_is_refused_with_the_way_to_read_them(folder):
    with pytest.raises(ConfigError, match="holds no tables") as caught:
        kgllm.load(folder)
    assert "of .yml files kgllm.load(yaml.safe_load(…))" in caught.value.hint


def test_folders_are_read_one_level_deep(tmp_path):
    (tmp_path / "a" / "b").mkdir(parents=True)
    (tmp_path / "a" / "plants.csv").write_text("name,leaf,root\nFern,1,2\n", encoding="utf-8")
    (tmp_path / "a" / "b" / "草.csv").write_text("name,leaf,root\n蕨,1,2\n", encoding="utf-8")
    assert "a/b is not read; folders are read one level deep" in kgllm.load(tmp_path).notes


def test_files_that_all_hold_triples_are_one_graph_of_facts(tmp_path):
    (tmp_path / "train.tsv").write_text("Alien\tdirected by\tRidley Scott\nDune\tdirected by\tDenis V\nDune\tstars\tX\n", encoding="utf-8")
    (tmp_path / "图谱.csv").write_text("主语,关系,宾语\n流浪地球,导演,郭帆\nAlien,stars,Y\n", encoding="utf-8")
    (tmp_path / "none.csv").write_text("", encoding="utf-8")
    graph = kgllm.load(tmp_path)
    assert sorted(map(str, graph.scan().items)) == [
        "Alien — directed by → Ridley Scott",
        "Alien — stars → Y",
        "Dune — directed by → Denis V",
        "Dune — stars → X",
        "流浪地球 — 导演 → 郭帆",
    ]
    assert [note for note in graph.notes if "are facts of one graph" in note]
    assert kgllm.GraphQA(graph).ask("流浪地球的导演是谁？").text == "郭帆 [1]"
    assert kgllm.load(tmp_path, tables=["图谱"]).schema().types  # said to be things, they are


def test_a_folder_with_any_table_of_things_is_one_of_tables(tmp_path):
    (tmp_path / "facts.csv").write_text("subject,relation,object\nFern,grows in,shade\nMoss,grows in,shade\n", encoding="utf-8")
    (tmp_path / "plants.csv").write_text("name,leaf,root,height\nFern,1,2,3\nMoss,3,4,5\n", encoding="utf-8")
    assert dict(kgllm.load(tmp_path).schema().types).keys() == {"facts", "plants"}


def test_files_of_triples_beside_tables_are_noted(tmp_path):
    (tmp_path / "facts.csv").write_text("subject,relation,object\nFern,grows in,shade\nMoss,grows in,shade\n", encoding="utf-8")
    (tmp_path / "植物.csv").write_text("name,leaf,root,height\nFern,1,2,3\nMoss,3,4,5\n", encoding="utf-8")
    [note] = [note for note in kgllm.load(tmp_path).notes if "like triples" in note]
    assert "facts.csv looks like triples, and is read as rows that are things, as 植物.csv is a table of these" in note
    assert not any("like triples" in note for note in kgllm.load(tmp_path, key=["植物.name"]).notes)  # said to be things


def test_texts_of_triples_are_read_where_no_other_file_is(tmp_path):
    (tmp_path / "train.txt").write_text("Alien\tdirected by\tRidley Scott\nDune\tdirected by\tDenis V\n", encoding="utf-8")
    (tmp_path / "test.txt").write_text("流浪地球\t导演\t郭帆\n", encoding="utf-8")
    (tmp_path / "README.txt").write_text("Split\tas usual\n", encoding="utf-8")
    graph = kgllm.load(tmp_path)
    assert sorted(map(str, graph.scan().items)) == [
        "Alien — directed by → Ridley Scott",
        "Dune — directed by → Denis V",
        "流浪地球 — 导演 → 郭帆",
    ]
    assert "README.txt is not read" in graph.notes
    (tmp_path / "films.csv").write_text("name,year,length,stars\nAlien,1979,117,5\n", encoding="utf-8")
    graph = kgllm.load(tmp_path)
    assert dict(graph.schema().types).keys() == {"films"} and any("3 of 4 files are not read" in note for note in graph.notes)
