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
