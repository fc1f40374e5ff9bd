"""Imports go one way: from what uses to what is used, as a question travels. Later imports inside functions and for types alone do not count."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

import kgllm

PACKAGE = Path(kgllm.__file__).parent
LAYERS = (
    ("errors", "limits", "types", "display", "frozen"),
    ("words", "viz"),
    ("graphs",),
    ("jsonable",),
    ("linking", "retrieval", "llms", "datasets"),
    ("prompting", "testing"),
    ("questions", "evaluation"),
    ("answering",),
    ("tuning",),
    ("cli", "__main__"),
)
LEVEL = {name: level for level, names in enumerate(LAYERS) for name in names}

# Inside kgllm.retrieval; here imports inside functions count, too.
RETRIEVAL = (
    ("clock", "threads", "minilm", "onnx"),
    ("reading",),
    ("paths",),
    ("scoring",),
    ("ranking",),
    ("computed",),
    ("wide",),
    ("learning",),
    ("retriever",),
)
# And inside kgllm.tuning.
TUNING = (
    ("planning", "rows"),
    ("settings",),
    ("encoding",),
    ("weights",),
    ("training",),
    ("courses",),
    ("proving",),
    ("teaching",),
    ("updating",),
)
ROOMS = {"retrieval": RETRIEVAL, "tuning": TUNING}
FLOOR = {package: {name: floor for floor, names in enumerate(rooms) for name in names} for package, rooms in ROOMS.items()}


def imports(path: Path):
    """The kgllm packages that a module imports as soon as it is imported."""
    todo = list(ast.parse(path.read_text(encoding="utf-8")).body)
    while todo:
        node = todo.pop()
        if isinstance(node, ast.ImportFrom) and (node.module or "").split(".")[0] == "kgllm":
            yield from [node.module.split(".")[1]] if "." in node.module else [alias.name for alias in node.names]
        elif isinstance(node, ast.Import):
            yield from (alias.name.split(".")[1] for alias in node.names if alias.name.startswith("kgllm."))
        elif isinstance(node, ast.If):
            for_types = isinstance(node.test, ast.Name) and node.test.id == "TYPE_CHECKING"
            todo += node.orelse if for_types else [*node.body, *node.orelse]
        elif isinstance(node, (ast.ClassDef, ast.Try, ast.With)):
            todo += node.body


def room(path: Path) -> str:
    """The package or module of kgllm that a file is in."""
    return path.relative_to(PACKAGE).parts[0].removesuffix(".py")


@pytest.mark.parametrize("path", sorted(PACKAGE.rglob("*.py")), ids=lambda path: str(path.relative_to(PACKAGE)))
def test_a_module_imports_nothing_that_comes_after_it(path):
    if room(path) == "__init__":
        return  # the public names, which are lazy
    later = {name for name in imports(path) if name in LEVEL and LEVEL[name] > LEVEL[room(path)]}
    assert not later, f"{path.relative_to(PACKAGE)} imports kgllm.{', kgllm.'.join(sorted(later))}, which build on it (see LAYERS above)"


def within(package: str, path: Path):
    """The rooms of a package that a module imports, at once or later, but for types alone."""
    todo = list(ast.parse(path.read_text(encoding="utf-8")).body)
    while todo:
        node = todo.pop()
        if isinstance(node, ast.ImportFrom) and (node.module or "").startswith(f"kgllm.{package}."):
            yield node.module.split(".")[2]
        elif isinstance(node, ast.ImportFrom) and node.module == f"kgllm.{package}":
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.Import):
            yield from (alias.name.split(".")[2] for alias in node.names if alias.name.startswith(f"kgllm.{package}."))
        elif isinstance(node, ast.If) and isinstance(node.test, ast.Name) and node.test.id == "TYPE_CHECKING":
            todo += node.orelse
        else:
            todo += ast.iter_child_nodes(node)


IN_ROOMS = [(package, path) for package in ROOMS for path in sorted((PACKAGE / package).rglob("*.py"))]


@pytest.mark.parametrize(("package", "path"), IN_ROOMS, ids=[str(path.relative_to(PACKAGE)) for _, path in IN_ROOMS])
def test_the_rooms_of_a_package_build_on_one_another_one_way(package, path):
    inside = path.relative_to(PACKAGE / package).parts[0].removesuffix(".py")
    if inside == "__init__":
        return  # the public names, which are lazy
    floor = FLOOR[package]
    later = {name for name in within(package, path) if floor[name] > floor[inside]}
    assert not later, (
        f"{path.relative_to(PACKAGE)} imports {', '.join(sorted(later))} of kgllm.{package}, which build on it (see {package.upper()} above)"
    )


@pytest.mark.parametrize("path", sorted(PACKAGE.rglob("*.py")), ids=lambda path: str(path.relative_to(PACKAGE)))
def test_what_is_private_to_a_module_is_used_by_no_other(path):
    private = [
        f"{node.module}.{alias.name}"
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.ImportFrom) and (node.module or "").split(".")[0] == "kgllm"
        for alias in node.names
        if alias.name.startswith("_")
    ]
    assert not private, f"{path.relative_to(PACKAGE)} imports {', '.join(private)}: give it a public name there, or a module of its own"


def test_every_room_has_its_layer():
    assert {room(path) for path in PACKAGE.rglob("*.py")} - {"__init__"} == set(LEVEL)


def test_an_import_is_seen(tmp_path):
    path = tmp_path / "one.py"
    path.write_text("import kgllm.graphs.base\nfrom kgllm import viz\nif TYPE_CHECKING:\n    from kgllm.cli import app\n", encoding="utf-8")
    assert set(imports(path)) == {"graphs", "viz"}


def test_a_later_import_is_seen_within_a_package(tmp_path):
    path = tmp_path / "one.py"
    path.write_text(
        "if TYPE_CHECKING:\n    from kgllm.retrieval.retriever import Run\n\n\ndef f():\n    from kgllm.retrieval.learning.cases import Case\n"
        "    from kgllm.retrieval import minilm\n",
        encoding="utf-8",
    )
    assert set(within("retrieval", path)) == {"learning", "minilm"}


PACKAGES = sorted(path for path in PACKAGE.rglob("__init__.py") if path.parent != PACKAGE)  # of the whole the README tells


@pytest.mark.parametrize("path", PACKAGES, ids=[str(path.parent.relative_to(PACKAGE)) for path in PACKAGES])
def test_the_docstring_of_a_package_says_what_each_of_its_modules_is_for(path):
    said = set(re.findall(r"\w+", ast.get_docstring(ast.parse(path.read_text(encoding="utf-8"))) or ""))
    rooms = {one.stem for one in path.parent.glob("*.py")} | {one.parent.name for one in path.parent.glob("*/__init__.py")}
    assert rooms - said <= {"__init__"}
