"""A linker in a service: several threads, the answers of one, and memory that does not grow with what was asked."""

from __future__ import annotations

import gc
import threading
from pathlib import Path

import pytest

import kgllm
from kgllm.linking.linker import Linker, _blank
from kgllm.types import Link

FACTS = [(f"Film {i}", "directed by", f"Person {i % 50}") for i in range(300)] + [("流浪地球", "导演", "郭帆")]
THREADS = 8


def question(thread: int, turn: int) -> str:
    """Always words never seen before, so that anything kept for a word would show."""
    if turn % 10 == 0:
        return f"谁导演了流浪地球{thread}号{turn}部"
    return f"who directed film {turn % 300} zq{thread}x{turn}word or unseen{thread}y{turn}?"


def ask_all(linker: Linker, turns: range) -> dict[tuple[int, int], tuple[Link, ...]]:
    found: dict[tuple[int, int], tuple[Link, ...]] = {}
    failed: list[Exception] = []

    def ask(thread: int) -> None:
        try:
            found.update({(thread, turn): linker.link(question(thread, turn)) for turn in turns})
        except Exception as error:  # noqa: BLE001 — shown by the test, whatever it is
            failed.append(error)

    threads = [threading.Thread(target=ask, args=(thread,)) for thread in range(THREADS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not failed, failed
    return found


def resident() -> float:
    """Megabytes that the process holds."""
    return int(Path("/proc/self/statm").read_text().split()[1]) * 4096 / 1e6


def strings() -> dict[str, int]:
    return {language: len(_blank(language).vocab.strings) for language in ("en", "zh")}


def test_threads_find_what_one_finds() -> None:
    linker, alone = Linker(kgllm.load(FACTS)), Linker(kgllm.load(FACTS))
    found = ask_all(linker, range(12))
    assert len(found) == THREADS * 12
    assert all(links == alone.link(question(thread, turn)) for (thread, turn), links in found.items())


def test_the_store_of_strings_does_not_grow() -> None:
    linker = Linker(kgllm.load(FACTS))
    ask_all(linker, range(4))
    before = strings()
    ask_all(linker, range(4, 24))
    assert strings() == before


@pytest.mark.slow
@pytest.mark.timeout(900)
@pytest.mark.skipif(not Path("/proc/self/statm").exists(), reason="needs /proc to read the memory held")
def test_three_thousand_questions_leave_memory_flat() -> None:
    linker = Linker(kgllm.load(FACTS))
    ask_all(linker, range(150))
    gc.collect()
    before, kept = resident(), strings()
    ask_all(linker, range(150, 150 + 3_000 // THREADS))
    gc.collect()
    assert resident() - before < 16 and strings() == kept
