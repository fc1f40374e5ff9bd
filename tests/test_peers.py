"""The benchmark of peers: the same questions for all, a limit that cuts a slow one and says so, what is missing named."""

from __future__ import annotations

import json
import sys

import pytest

from benchmarks import peers
from benchmarks.peers import Peer, measured, shown

ROWS = [
    {"question": "Who directed Inception?", "answers": ["Christopher Nolan"], "topics": ["Inception"], "hops": 1},
    {"question": "流浪地球的导演是谁？", "answers": ["郭帆"], "topics": ["流浪地球"], "hops": 1},
    {
        "question": "Who directed the film that Ellen Page acted in?",
        "answers": ["Christopher Nolan", "x"],
        "topics": ["Ellen Page"],
        "hops": 2,
    },
]
SLOW = """
import time
from common import run

def load(args):
    def ask(row):
        time.sleep(0 if row["hops"] == 1 else 30)
        return row["topics"], [[row["topics"][0], row["answers"][0]]] * 150
    return ask

run(load)
"""


@pytest.fixture
def files(tmp_path):
    graph = "Inception|directed by|Christopher Nolan\nInception|starred actors|Ellen Page\n流浪地球|导演|郭帆\n"
    (tmp_path / "kb.txt").write_text(graph, encoding="utf-8")
    (tmp_path / "asked").write_text("".join(json.dumps(row) + "\n" for row in ROWS), encoding="utf-8")
    return {"graph": tmp_path / "kb.txt", "questions": tmp_path / "asked", "train": tmp_path / "asked", "kept": tmp_path, "vectors": None}


@pytest.mark.parametrize("told", ["nothing", "names"])
def test_kgllm_among_its_peers(files, told):
    peer = Peer("kgllm", "with_kgllm.py", told, None)
    asked = measured(peer, sys.executable, files, ROWS, 60)
    assert asked["load_s"] > 0 and asked["peak_mib"] >= asked["load_mib"] > 10
    chinese = 1.0 if told == "nothing" else 0.0  # names are told by the spaces around them
    assert [line["first"] for line in asked["asked"]] == [1.0, chinese, 0.5]
    rows = shown(peer, asked)
    assert len(rows) == 2 and rows[0].startswith(f"| kgllm | {told} | 1 | 2 |") and "≥" not in rows[0]


def test_a_slow_peer_is_cut_and_the_table_says_so(files, tmp_path):
    (tmp_path / "slow.py").write_text(SLOW, encoding="utf-8")
    peer = Peer("slow", str(tmp_path / "slow.py"), "names", None)
    told = measured(peer, sys.executable, files, [*ROWS, ROWS[2]], 1)
    assert [(line["late"], line["first"]) for line in told["asked"]] == [(False, 1.0), (False, 1.0), (True, 0.0)]
    assert [line["facts"] for line in told["asked"]] == [150, 150, 0]
    assert "≥ 1,0" in shown(peer, told)[1]
    rows = [ROWS[0], ROWS[2] | {"hops": 1}]  # the second one is under way when the time is over
    (tmp_path / "asked").write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    (tmp_path / "slow.py").write_text(SLOW.replace('row["hops"] == 1', 'row["topics"] == ["Inception"]'), encoding="utf-8")
    told = measured(peer, sys.executable, files, rows, 1)
    assert [line["late"] for line in told["asked"]] == [False] and "| 1 | 1 |" in shown(peer, told)[0]


def test_a_peer_that_fails_says_how(files, tmp_path):
    (tmp_path / "broken.py").write_text("raise ValueError('as it says')", encoding="utf-8")
    with pytest.raises(RuntimeError, match="as it says"):
        measured(Peer("broken", str(tmp_path / "broken.py"), "names", None), sys.executable, files, ROWS, 1)


def test_a_source_that_is_in_no_registry_is_named(shared, capsys):
    assert peers.main(["--n", "1", "--only", "byokg"]) == 0
    assert "byokg-rag local store and linker: left out: it is in no registry; give a checkout" in capsys.readouterr().out


def test_every_peer_has_its_script():
    assert all((peers.HERE / peer.script).is_file() for peer in peers.PEERS)
    assert len({(peer.name, peer.told) for peer in peers.PEERS}) == len(peers.PEERS)
