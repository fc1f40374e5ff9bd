"""Graphs of `benchmarks real` of a smart home, Dutch heritage and diving: opened as a hurried user would, fields named as the data name them."""

from __future__ import annotations

import ast
import json
from collections.abc import Callable
from typing import Any

import kgllm
from benchmarks._real_data import Package, unpacked

SMART_HOME = Package(
    client="pip",
    name="homeassistant",
    version="2024.3.3",
    files=("homeassistant/components/*/manifest.json", "homeassistant/brands/*.json"),
)
HERITAGE = Package(
    client="npm", name="@netwerk-digitaal-erfgoed/network-of-terms-catalog", version="9.17.3", files=("package/catalog/*.jsonld",)
)
DIVING = Package(client="pip", name="mcp-dive-travel-assistant", version="1.0.1", files=("mcp_dive_travel_assistant/server.py",))

FOUND_BY = ("bluetooth", "dhcp", "homekit", "mqtt", "ssdp", "usb", "zeroconf")


def smart_home() -> Any:
    """Home Assistant's integrations, what they depend on, which libraries they need in which version, who keeps them: networkx."""
    import networkx as nx

    folder = unpacked(SMART_HOME) / "homeassistant"
    manifests = [json.loads(path.read_text(encoding="utf-8")) for path in sorted(folder.glob("components/*/manifest.json"))]
    graph = nx.MultiDiGraph()
    for one in manifests:
        facts = {key: one[key] for key in ("iot_class", "integration_type", "quality_scale", "config_flow") if key in one}
        found = [way for way in FOUND_BY if way in one]
        graph.add_node(one["domain"], name=one["name"], aliases=[one["domain"]], type="integration", discovered_by=found, **facts)
    for one in manifests:
        domain = one["domain"]
        for needed in one.get("dependencies", []):
            graph.add_edge(domain, needed, relation="depends on")
        for earlier in one.get("after_dependencies", []):
            graph.add_edge(domain, earlier, relation="loads after")
        for owner in one.get("codeowners", []):
            graph.add_node(owner, type="code owner")
            graph.add_edge(domain, owner, relation="maintained by")
        for requirement in one.get("requirements", []):
            library, _, version = requirement.partition("==")
            library = library.split("[")[0]
            graph.add_node(f"library/{library}", name=library, type="library")
            graph.add_edge(domain, f"library/{library}", relation="requires", version=version)
        if "supported_by" in one:
            graph.add_edge(domain, one["supported_by"], relation="supported by")
    for path in sorted(folder.glob("brands/*.json")):
        brand = json.loads(path.read_text(encoding="utf-8"))
        node = f"brand/{brand['domain']}"
        graph.add_node(node, name=brand["name"], type="brand", iot_standards=brand.get("iot_standards", []))
        for domain in brand.get("integrations", []):
            graph.add_edge(domain, node, relation="brand")
    return kgllm.load(graph)


def heritage() -> Any:
    """The terminology sources of Dutch heritage, who publishes them, on which topics, where they answer: JSON-LD in an rdflib graph."""
    import rdflib

    graph = rdflib.Graph()
    for path in sorted((unpacked(HERITAGE) / "package/catalog").rglob("*.jsonld")):
        data = json.loads(path.read_text(encoding="utf-8"))
        data["@context"] = {"@vocab": "https://schema.org/"}  # theirs is on the web
        graph.parse(data=json.dumps(data), format="json-ld")
    return kgllm.load(graph, relations={"genre": ["topic", "about", "主题"], "creator": ["publisher", "发布"]})


def diving() -> Any:
    """Where to dive, when, what is seen there and which certificate it takes, what may go wrong, in Chinese: nested dicts."""
    text = (unpacked(DIVING) / "mcp_dive_travel_assistant/server.py").read_text(encoding="utf-8")
    found = {}
    for one in ast.parse(text).body:
        if isinstance(one, ast.Assign) and isinstance(one.targets[0], ast.Name) and isinstance(one.value, ast.Dict):
            found[one.targets[0].id] = ast.literal_eval(one.value)
    tables = {"潜点": found["DIVE_SITES"], "证书": found["CERT_GUIDE"], "安全": found["SAFETY_DB"]}
    split = {"type": "/", "dive_type": "/", "nearby_airport": "/", "org": "/", "best_season": ","}
    return kgllm.load(tables, refers={"popular_locations": "潜点"}, split=split)


GRAPHS: dict[str, Callable[[], Any]] = {graph.__name__: graph for graph in (smart_home, heritage, diving)}
