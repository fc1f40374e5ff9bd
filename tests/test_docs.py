"""The pages tell the truth: their Python runs, their links lead somewhere, and their tables name all that there is."""

from __future__ import annotations

import inspect
import re
from pathlib import Path

import pytest

import kgllm.errors

ROOT = Path(__file__).resolve().parent.parent
PAGES = [ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md"))]
PYTHON = re.compile(r"(?P<skip><!-- not run: [^>]+ -->\n)?^```python\n(?P<code>.*?)^```", re.MULTILINE | re.DOTALL)


def blocks(page: Path) -> list[tuple[int, str]]:
    """(line, code) of every block that is to be run."""
    text = page.read_text(encoding="utf-8")
    return [(text[: m.start("code")].count("\n") + 1, m["code"]) for m in PYTHON.finditer(text) if not m["skip"]]


def name(page: Path) -> str:
    return str(page.relative_to(ROOT))


@pytest.mark.parametrize("page", [page for page in PAGES if blocks(page)], ids=name)
def test_python_blocks_run(page, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    namespace: dict[str, object] = {"__name__": "page"}
    for line, code in blocks(page):
        exec(compile("\n" * (line - 1) + code, str(page), "exec"), namespace)


@pytest.mark.parametrize(
    "page", [page for page in PAGES if re.search(r"^print\(.*\)  # ", page.read_text("utf-8"), re.MULTILINE)], ids=name
)
def test_what_a_print_says_is_what_stands_behind_it(page, tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    namespace: dict[str, object] = {"__name__": "page"}
    told = []
    for _, code in blocks(page):
        for line in re.split(r"(^print\(.*\)  # .*\n)", code, flags=re.MULTILINE):
            capsys.readouterr()
            exec(compile(line, str(page), "exec"), namespace)
            if line.startswith("print(") and "  # " in line:
                told.append((line.partition("  # ")[2].strip(), capsys.readouterr().out.strip()))
    assert told
    assert [said for said, out in told if not (out == said or (said.endswith("…") and out.startswith(said[:-1])))] == []


@pytest.mark.parametrize("page", PAGES, ids=name)
def test_links_lead_to_files(page):
    targets = re.findall(r"\]\(([^)#]+)(?:#[^)]*)?\)", page.read_text(encoding="utf-8"))
    assert not [target for target in targets if "://" not in target and not (page.parent / target).exists()]


def test_every_page_is_in_the_index():
    index = (ROOT / "docs" / "index.md").read_text(encoding="utf-8")
    assert not [page.name for page in (ROOT / "docs").glob("*.md") if page.name != "index.md" and f"({page.name})" not in index]


def test_every_notebook_and_example_is_in_the_index():
    index = (ROOT / "docs" / "index.md").read_text(encoding="utf-8")
    runnable = [*(ROOT / "notebooks").glob("*.ipynb"), *(ROOT / "examples").glob("[!_]*.py")]
    assert len(runnable) > 10
    assert not [one.name for one in runnable if f"(../{one.parent.name}/{one.name})" not in index]


def test_every_error_is_documented():
    page = (ROOT / "docs" / "errors.md").read_text(encoding="utf-8")
    classes = [one for _, one in inspect.getmembers(kgllm.errors, inspect.isclass) if issubclass(one, kgllm.errors.KGLLMError)]
    assert len(classes) > 10
    assert not [one.__name__ for one in classes if f"`{one.__name__}`" not in page and f"{one.__name__}`" not in page]
    assert not [one.__name__ for one in classes if one.__name__ not in (kgllm.errors.__doc__ or "")]


def test_every_reason_is_documented():
    from kgllm.answering.abstain import REASONS

    page = (ROOT / "docs" / "answers.md").read_text(encoding="utf-8")
    assert not [code for code in REASONS if f"`{code}`" not in page]


def test_every_stage_of_an_explanation_is_documented():
    import kgllm.answering.explain

    page = (ROOT / "docs" / "answers.md").read_text(encoding="utf-8")
    stages = re.findall(r"^\| ([a-z_]+) \|", kgllm.answering.explain.__doc__ or "", re.MULTILINE)
    assert len(stages) > 5
    assert not [stage for stage in stages if stage != "stage" and f"`{stage}`" not in page]


def test_every_command_option_and_exit_code_is_documented():
    import typer
    from typer.main import get_command

    import kgllm.cli
    from kgllm.cli.app import app

    page = (ROOT / "docs" / "cli.md").read_text(encoding="utf-8")
    group = get_command(app)
    assert isinstance(group, typer.core.TyperGroup)
    assert not [command for command in group.commands if f"`kgllm {command} " not in page]
    options = {option for command in group.commands.values() for one in command.params for option in one.opts if option.startswith("--")}
    assert options > {"--json", "--llm", "--separator"}
    assert not [option for option in sorted(options) if not re.search(rf"{option}\b", page)]
    table = re.compile(r"^\| (?:\d+) \| .*$", re.MULTILINE)
    assert table.findall(page) == table.findall(kgllm.cli.__doc__ or "")
