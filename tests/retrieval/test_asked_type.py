"""Things of a kind are no amount; features and passages are asked for in Chinese."""

import kgllm
from kgllm.types import Entity, Fact, Relation


def rows(*facts: tuple[tuple[str, str], str, tuple[str, str]]) -> kgllm.GraphQA:
    made = [Fact(Entity(a, types=(kind,)), Relation(relation), Entity(b, types=(of,))) for (kind, a), relation, (of, b) in facts]
    return kgllm.GraphQA(kgllm.load(made))


def test_a_price_is_no_list_of_things() -> None:
    qa = rows(
        (("brand", "Tarn"), "brand_model", ("model", "Model A")),
        (("brand", "Tarn"), "brand_model", ("model", "Model B")),
        (("brand", "Olm"), "brand_model", ("model", "Swift")),
    )
    assert qa.ask("How much does a Tarn Model A cost?").abstained
    assert qa.ask("Tarn Model A 多少钱？").abstained
    assert {str(end) for end in qa.ask("Which models does Tarn have?").entities} == {"Model A", "Model B"}


def test_features_and_passages_in_chinese() -> None:
    qa = rows(
        (("feature", "Dark mode"), "category", ("group", "Display")),
        (("feature", "Zoom"), "category", ("group", "Display")),
        (("feature", "Undo"), "category", ("group", "Editing")),
        (("passage", "The Storm"), "chapter", ("section", "Part One")),
        (("passage", "The Calm"), "chapter", ("section", "Part One")),
    )
    assert {str(end) for end in qa.ask("列出 Display 类别的所有特性").entities} == {"Dark mode", "Zoom"}
    assert {str(end) for end in qa.ask("Part One 有哪些段落？").entities} == {"The Storm", "The Calm"}
