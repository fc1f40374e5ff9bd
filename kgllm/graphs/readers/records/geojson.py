"""GeoJSON (RFC 7946): each feature is a row of its properties; a point's place is its longitude and latitude."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from kgllm.errors import GraphParseError, shorten
from kgllm.graphs.readers.notes import Notes


def is_geojson(whole: Mapping[Any, Any]) -> bool:
    """Whether an object is a collection of features.

    >>> is_geojson({"type": "FeatureCollection", "features": []}), is_geojson({"features": []})
    (True, False)
    """
    return whole.get("type") == "FeatureCollection" and isinstance(whole.get("features"), list)


def features(whole: Mapping[Any, Any], source: str, notes: Notes) -> Iterator[dict[Any, Any]]:
    """The features as rows: their properties, with the id and the place of a point where no property is called so.

    >>> place = {"type": "Feature", "properties": {"name": "喀什"}, "geometry": {"type": "Point", "coordinates": [75.99, 39.47]}}
    >>> list(features({"features": [place]}, "places", Notes()))
    [{'longitude': 75.99, 'latitude': 39.47, 'name': '喀什'}]
    """
    shapes = 0
    for number, one in enumerate(whole["features"], 1):
        if not isinstance(one, Mapping):
            raise GraphParseError(f"{source}: feature {number} must be an object, not {shorten(one)}")
        shape, properties = one.get("geometry"), one.get("properties")
        row = {key: value for key, value in one.items() if key not in ("type", "geometry", "properties", "bbox")}
        where = shape.get("coordinates") if isinstance(shape, Mapping) and shape.get("type") == "Point" else None
        if isinstance(where, list) and len(where) >= 2:
            row |= {"longitude": where[0], "latitude": where[1]}
        shapes += where is None and bool(shape)
        yield {**row, **(properties if isinstance(properties, Mapping) else {})}
    if shapes:
        notes.say(f"{source}: the shapes of {shapes:,} feature{'s' * (shapes > 1)} (lines and areas) are not read")
