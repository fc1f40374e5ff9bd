"""Graphs of `benchmarks real` of a web shop, what drones tell and the securities of Taiwan: opened as a hurried user would."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from contextlib import closing
from typing import Any
from xml.etree import ElementTree

import kgllm
from benchmarks._real_data import Package, unpacked

SHOP = Package(client="npm", name="@themost/test", version="2.9.0", files=("package/server/db/local.db",))
DRONE = Package(
    client="pip",
    name="pymavlink",
    version="2.4.50",
    files=tuple(f"pymavlink/dialects/v20/{name}.xml" for name in ("minimal", "standard", "common")),
)
TAIWAN = Package(
    client="pip", name="twstock", version="1.5.1", files=("twstock/codes/twse_equities.csv", "twstock/codes/tpex_equities.csv")
)
SOLD = {
    "customers": """select person.id, person.description as name, gender, jobTitle, substr(birthDate, 1, 10) as birthDate, person.email,
        place.telephone, streetAddress, postalCode, addressLocality, addressCountry
        from PersonData as person join PostalAddressData as place on person.address = place.id""",
    "products": "select id, name, category, model, price, substr(releaseDate, 1, 10) as releaseDate from ProductData",
    "orders": """select id, orderNumber, customer, orderedItem, orderStatus, paymentMethod, substr(orderDate, 1, 10) as orderDate,
        substr(paymentDue, 1, 10) as paymentDue from OrderData""",
    "order statuses": "select id, name, description from OrderStatusTypeData",
    "payment methods": "select id, name, description from PaymentMethodData",
}


def shop() -> Any:
    """Customers, products and orders of a web shop, by days, with their numbers: five tables as dicts, queried from SQLite."""
    with closing(sqlite3.connect(unpacked(SHOP) / "package/server/db/local.db")) as database:
        database.row_factory = sqlite3.Row
        tables = {name: [dict(row) for row in database.execute(query)] for name, query in SOLD.items()}
    refers = {
        "customer": "customers",
        "orderedItem": "products",
        "orderStatus": "order statuses",
        "paymentMethod": "payment methods",
    }
    return kgllm.load(tables, key="id", name={"orders": "orderNumber"}, refers=refers)


def drone() -> Any:
    """MAVLink's messages and their fields, enums and their entries, commands and their params: six tables made of three XML files."""
    tables: dict[str, list[dict[str, Any]]] = {name: [] for name in ("messages", "fields", "enums", "entries", "commands", "params")}

    def row(element: Any, **more: Any) -> dict[str, Any]:
        nested = {one.tag: dict(one.attrib) for one in element if one.tag in {"superseded", "deprecated"}}
        return {**element.attrib, **more, **nested}

    for path in sorted(unpacked(DRONE).rglob("*.xml")):
        root = ElementTree.parse(path).getroot()  # noqa: S314 - of the pinned package
        for message in root.iter("message"):
            tables["messages"].append(row(message))
            tables["fields"] += [row(field, message=message.get("name")) for field in message.iter("field")]
        for enum in root.iter("enum"):
            tables["enums"].append(row(enum))
            for entry in enum.iter("entry"):
                tables["entries"].append(row(entry, enum=enum.get("name")))
                if enum.get("name") == "MAV_CMD":
                    command = entry.get("name")
                    tables["commands"].append({"name": command})
                    tables["params"] += [row(param, command=command) for param in entry.iter("param") if param.get("label")]
    return kgllm.load(
        tables,
        key={"messages": "name", "fields": ["message", "name"], "params": ["command", "index"]},
        name={"fields": "name", "params": "label"},
        refers={
            "message": "messages",
            "command": "commands",
            "enum": "enums",
            "entries.superseded.replaced_by": "entries",
            "entries.deprecated.replaced_by": "entries",
        },
        extends={"commands": "entries"},
    )


def taiwan() -> Any:
    """What is traded in Taiwan but warrants, its kind, its industry and since when, asked in Chinese: two CSV files as a DataFrame."""
    import pandas as pd

    folder = unpacked(TAIWAN) / "twstock/codes"
    frame = pd.concat([pd.read_csv(folder / f"{market}_equities.csv", dtype=str) for market in ("twse", "tpex")])
    return kgllm.load(frame[~frame["type"].str.contains("權證")], table="證券", key="code", name="name", types="type")


GRAPHS: dict[str, Callable[[], Any]] = {graph.__name__: graph for graph in (shop, drone, taiwan)}
