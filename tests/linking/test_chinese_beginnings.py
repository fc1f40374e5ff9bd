"""What many Chinese names begin with alike, and people leave out: 图书馆条例 for 云海省图书馆条例."""

from __future__ import annotations

import kgllm
from kgllm.linking.endings import shared_ends

RULES = ["图书馆", "码头", "林地", "烟花", "渔业", "河道", "古树", "茶园", "电梯", "集市", "渡船", "驿站"]
FIRMS = ["Lamp", "Quill", "Reed", "Olm", "Vass", "Tarn", "Brone", "Ilk", "Fell", "Horn", "Gull", "Tide"]


def test_a_name_is_found_without_its_beginning() -> None:
    rules = kgllm.load([(f"云海省{noun}条例", "字数", str(900 + 7 * n)) for n, noun in enumerate(RULES)])
    assert "云海省" in shared_ends(rules).beginnings
    qa = kgllm.GraphQA(rules)
    assert qa.ask("码头条例的字数是多少？").text.startswith("907")
    assert qa.ask("云海省码头条例的字数是多少？").text.startswith("907")
    assert qa.ask("菜园条例的字数是多少？").abstained


def test_so_it_is_in_english() -> None:
    firms = kgllm.load([(f"Guild of {noun} Makers", "founded", str(1400 + n)) for n, noun in enumerate(FIRMS)])
    assert kgllm.GraphQA(firms).ask("When was Quill Makers founded?").text.startswith("1401")
