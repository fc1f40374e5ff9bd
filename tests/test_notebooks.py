"""The notebooks run from top to bottom, and are committed without outputs."""

from __future__ import annotations

import os
from pathlib import Path

import nbformat
import pytest

ROOT = Path(__file__).resolve().parent.parent
NOTEBOOKS = sorted((ROOT / "notebooks").glob("*.ipynb"))
NEO4J = ROOT / "notebooks" / "ask_your_neo4j.ipynb"  # runs where a server can be had

RDF = ROOT / "notebooks" / "ask_your_rdf.ipynb"  # so does this


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_is_committed_without_outputs(path):
    cells = nbformat.read(path, as_version=4).cells
    assert len(cells) > 10
    assert not [cell for cell in cells if cell.cell_type == "code" and (cell.outputs or cell.execution_count)]


def executed(path, folder, monkeypatch):
    """The notebook after it has run, and what it printed."""
    from nbclient import NotebookClient

    monkeypatch.setenv("PYTHONPATH", os.pathsep.join(filter(None, (str(ROOT), os.environ.get("PYTHONPATH")))))
    notebook = nbformat.read(path, as_version=4)
    NotebookClient(notebook, timeout=600, kernel_name="python3", resources={"metadata": {"path": str(folder)}}).execute()
    return notebook, "".join(output.get("text", "") for cell in notebook.cells if cell.cell_type == "code" for output in cell.outputs)


@pytest.mark.neo4j
@pytest.mark.slow
@pytest.mark.filterwarnings("ignore")  # the kernel's own
def test_the_one_of_neo4j_runs_on_a_real_server(tmp_path, monkeypatch):
    servers = pytest.importorskip("servers.neo4j")
    try:
        server = servers.Neo4j(memory="700m", quick=True)
    except servers.NoJavaError as error:
        pytest.skip(f"needs Java and Maven for a Neo4j server: {error}")
    try:
        monkeypatch.setenv("KGLLM_NEO4J", server.address)
        monkeypatch.setenv("KGLLM_PASSWORD", server.auth[1])
        notebook, said = executed(NEO4J, tmp_path, monkeypatch)
    finally:
        server.stop()
    answers = [line for line in said.splitlines() if "A100" in line]
    assert len(answers) >= 4 and "Huawei" in said and "refused: " in said
    drawn = [output for cell in notebook.cells if cell.cell_type == "code" for output in cell.outputs]
    assert any("<svg" in output.get("data", {}).get("text/html", "") for output in drawn)


@pytest.mark.sparql
@pytest.mark.slow
@pytest.mark.filterwarnings("ignore")  # the kernel's own
def test_the_one_of_rdf_runs_on_a_real_endpoint(tmp_path, monkeypatch):
    from servers.fuseki import Fuseki
    from servers.java import NoJavaError

    try:
        server = Fuseki(memory="512m")
    except NoJavaError as error:
        pytest.skip(f"needs Java and Maven for a Fuseki: {error}")
    try:
        cells = nbformat.read(RDF, as_version=4).cells
        text = next(cell.source for cell in cells if "TRIG =" in cell.source).split('"""')[1]
        monkeypatch.setenv("KGLLM_SPARQL", server.add(text.encode(), "application/trig"))
        notebook, said = executed(RDF, tmp_path, monkeypatch)
    finally:
        server.stop()
    assert said.count("Frant Gwo") + said.count("郭帆") >= 6 and "refused: " in said and "2019-02-05" in said
    assert "(role: Liu Peiqiang)" in said and "from http://example.org/catalogue" in said and "['Moon', 'warcraft']" in said
    assert any(
        "<svg" in out.get("data", {}).get("text/html", "") for cell in notebook.cells if cell.cell_type == "code" for out in cell.outputs
    )


@pytest.mark.slow
@pytest.mark.timeout(600)  # one of them tunes a model
@pytest.mark.filterwarnings("ignore")  # the kernel's own
@pytest.mark.parametrize("path", [path for path in NOTEBOOKS if path not in (NEO4J, RDF)], ids=lambda path: path.stem)
def test_runs_from_top_to_bottom(path, tmp_path, monkeypatch):
    notebook, said = executed(path, tmp_path, monkeypatch)
    if path.stem == "teach_a_model":
        assert "# Verdict: " in said
        assert any("image/png" in output.get("data", {}) for cell in notebook.cells if cell.cell_type == "code" for output in cell.outputs)
        return
    drawn = [
        output for cell in notebook.cells if cell.cell_type == "code" for output in cell.outputs if "text/html" in output.get("data", {})
    ]
    assert any("<svg" in output["data"]["text/html"] for output in drawn)
    if path.stem == "teach_a_retriever":
        assert any("<polyline" in output["data"]["text/html"] for output in drawn)
        assert "in use: learned" in said and "learned +" in said
        before, after = said.partition("in use: learned")[::2]
        assert "压机12坏了找谁？" in before and "(abstains: below_threshold)" in before
        assert "Gus Perez [1]" in after and "(abstains" not in after
        return
    assert "nothing_linked" in said
    assert "not_linked" in said
