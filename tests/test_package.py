"""The package from outside: what importing it costs and loads, its public names, and what a missing extra says."""

from __future__ import annotations

import json
import re
import subprocess
import sys
import tomllib
from fnmatch import fnmatch
from importlib import import_module
from pathlib import Path

import pytest

import kgllm

ROOT = Path(__file__).resolve().parent.parent
HEAVY = (
    "numpy",
    "networkx",
    "spacy",
    "torch",
    "transformers",
    "peft",
    "trl",
    "neo4j",
    "rdflib",
    "pandas",
    "pyarrow",
    "openai",
    "typer",
    "rich",
)


def run_python(code: str, *args: str) -> str:
    return subprocess.run([sys.executable, "-c", code, *args], capture_output=True, text=True, check=True, cwd=ROOT).stdout


def test_what_is_missing_comes_with_the_extra_that_is_named():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    brought = {"huggingface_hub": "transformers", "tokenizers": "transformers"}
    asked = re.findall(
        r'\brequire\("([\w.]+)", "(\w+)"\)', "".join(path.read_text(encoding="utf-8") for path in (ROOT / "kgllm").rglob("*.py"))
    )
    assert len(asked) > 30
    for module, extra in asked:
        name = module.partition(".")[0]
        there = " ".join((*project["dependencies"], *project["optional-dependencies"].get(extra, ())))
        assert extra in project["optional-dependencies"], extra
        assert re.search(rf"\b({name}|{brought.get(name, name)})\b", there) or name == "json", (module, extra)


def test_importing_costs_little_and_loads_nothing_heavy():
    code = (
        "import json, sys, time\nbegin = time.perf_counter()\nimport kgllm\nms = (time.perf_counter() - begin) * 1e3\n"
        "print(json.dumps([ms, sorted(sys.modules)]))"
    )
    runs = [json.loads(run_python(code)) for _ in range(5)]
    assert min(ms for ms, _ in runs) < 100
    assert not set(HEAVY) & set(runs[0][1])


def test_the_public_names_are_these():
    assert kgllm.__all__ == sorted(kgllm.__all__)
    assert set(kgllm.__all__) == {
        "Answer", "Citation", "Entity", "Evidence", "Fact", "GraphQA", "Limits", "Link", "Literal", "Mention", "Path", "Prompt",
        "Relation", "__version__", "compile", "datasets", "errors", "evaluate", "load", "overview", "questions", "teach", "testing", "tune", "tuning",
    }  # fmt: skip


@pytest.mark.parametrize("package", ["kgllm", "kgllm.questions", "kgllm.retrieval", "kgllm.tuning"])
def test_every_public_name_is_there(package):
    module = import_module(package)
    assert not [name for name in module.__all__ if not hasattr(module, name)]


def test_the_version_is_said_once():
    assert tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]["version"] == kgllm.__version__


def test_an_unknown_name_is_an_attribute_error():
    with pytest.raises(AttributeError, match="no attribute 'Graf'"):
        _ = kgllm.Graf


@pytest.mark.parametrize("extra", ["llm", "encoder", "neo4j", "rdf", "train", "viz", "all", "dev"])
def test_every_extra_exists(extra: str):
    assert extra in tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]["optional-dependencies"]


def test_a_missing_extra_says_the_pip_command():
    code = (
        "import sys\nsys.modules[sys.argv[1]] = None\nfrom kgllm.errors import MissingExtraError, require\n"
        "try:\n    require(sys.argv[1], sys.argv[2])\nexcept MissingExtraError as error:\n    print(error)"
    )
    said = run_python(code, "rdflib", "rdf")
    assert "'rdflib'" in said
    assert 'pip install "kgllm[rdf]"' in said


def test_constraints_name_versions_and_no_addresses():
    lines = [line for line in (ROOT / "constraints.txt").read_text(encoding="utf-8").splitlines() if not line.startswith("#")]
    assert lines == sorted(lines)
    assert not [line for line in lines if line.count("==") != 1 or "/" in line or "@" in line or " " in line]


def test_every_data_file_is_in_the_wheel():
    patterns = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["setuptools"]["package-data"]["*"]
    files = [path for path in (ROOT / "kgllm").rglob("*") if path.is_file() and path.suffix not in (".py", ".pyc")]
    assert len(files) > 5
    assert not [path.name for path in files if not any(fnmatch(path.name, pattern) for pattern in patterns)]


def test_benchmarks_are_found_by_name():
    said = subprocess.run([sys.executable, "-m", "benchmarks", "absent"], capture_output=True, text=True, check=False, cwd=ROOT)
    assert said.returncode == 2
    assert "questions" in said.stderr
    assert "baselines" not in said.stderr
