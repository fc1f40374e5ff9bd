"""What is so by a rare relation that nothing mentions, and otherwise by the one that things mostly have it by, is no yes."""

import kgllm

PLAYERS = [(f"player {n}", "plays", "bass" if n % 2 else "viola") for n in range(12)]


def test_what_one_only_studied_one_is_not():
    qa = kgllm.GraphQA(kgllm.load([*PLAYERS, ("player 2", "studied", "bass"), ("player 2", "born in", "Ely")]))
    assert qa.ask("Is player 2 a bass?").verdict is not True
    assert qa.ask("Is player 3 a bass?").verdict is True
    assert qa.ask("Did player 2 study bass?").verdict is True


def test_where_there_is_no_other_it_is_so():
    qa = kgllm.GraphQA(kgllm.load([*PLAYERS, ("guest", "studied", "bass"), ("guest", "born in", "Ely")]))
    assert qa.ask("Is guest a bass?").verdict is True
