"""The examples of Ray Data and of Spark answer as one process does, each in an environment of its own (`python -m servers.venv`)."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

import kgllm
from kgllm.answering.bulk import answer_file

ROOT = Path(__file__).resolve().parent.parent


def python_with(engine: str, package: str) -> str:
    """This Python where it holds the package, else that of the engine's environment, made when it is first needed."""
    from importlib.util import find_spec

    from servers.venv import NoEnvironmentError, environment

    if find_spec(package):
        return sys.executable
    try:
        return os.fspath(environment(engine))
    except NoEnvironmentError as error:
        pytest.skip(f"{package} is not installed here, and its environment cannot be made: {error}")


@pytest.mark.slow
@pytest.mark.timeout(900)  # each starts an engine, and two workers that import everything
@pytest.mark.parametrize("engine, package", [("ray", "ray"), ("spark", "pyspark")])
def test_an_engine_answers_as_one_process_does(engine, package, tmp_path):
    if engine == "spark" and shutil.which("java") is None:
        pytest.skip("Spark needs Java, and there is none")
    python = python_with(engine, package)
    graph = kgllm.compile(kgllm.datasets.load("gpu"), tmp_path / "gpu.kg")
    asked = [row["question"] for code in ("en", "zh") for row in kgllm.datasets.questions("gpu", language=code)[:60]]
    asked += ["Who is the king of nowhere?", "小明的生日是哪天？"]
    source = tmp_path / "in.jsonl"
    source.write_text("\n".join(json.dumps({"id": i, "question": text}) for i, text in enumerate(asked)), encoding="utf-8")
    home = tmp_path / "home"
    home.mkdir()
    env = {**os.environ, "HOME": str(home), "RAY_USAGE_STATS_ENABLED": "0", "PYTHONPATH": str(ROOT), "SPARK_LOCAL_IP": "127.0.0.1"}
    command = [python, str(ROOT / "examples" / f"bulk_{engine}.py"), str(tmp_path / "gpu.kg"), str(source), str(tmp_path / "out")]
    done = subprocess.run(command, check=False, capture_output=True, text=True, env=env, timeout=800)
    assert done.returncode == 0, done.stderr[-3000:]

    answer_file(kgllm.GraphQA(graph), source, tmp_path / "one.jsonl")
    one = [json.loads(line) for line in (tmp_path / "one.jsonl").read_text(encoding="utf-8").splitlines()]
    found = sorted(rows_of(tmp_path / "out"), key=lambda row: row["id"])
    assert len(found) == len(one) == 122
    for row in found:
        row["confidence"] = round(row["confidence"], 4)
    assert found == [{name: row[name] for name in found[0]} for row in one]
    assert sum(row["abstained"] for row in found) >= 2


def rows_of(folder: Path) -> list[dict]:
    import pyarrow.parquet

    return [row for path in folder.glob("*.parquet") for row in pyarrow.parquet.read_table(path).to_pylist()]


def test_an_environment_that_cannot_be_made_says_why(tmp_path):
    from servers.venv import NoEnvironmentError, environment, main

    with pytest.raises(NoEnvironmentError, match="kgllm-no-such-package"):
        environment("none", (str(ROOT / "kgllm-no-such-package"),), folder=tmp_path)
    assert main(["nonsense"]) == 2
