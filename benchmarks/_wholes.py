"""Questions for whole kinds of things on MetaQA, for the benchmarks of live graphs: which relations they read whole, how many facts."""

from __future__ import annotations

WHOLES = {
    "What is the oldest movie?": "release_year",
    "movies released before 1910": "release_year",
    "Who directed the most films?": "directed_by",
    "Which actor starred in the most movies?": "starred_actors",
    "Which movie directed by Christopher Nolan is the newest?": "a path, then release_year of its ends",
}
MEMBERS = 200_000  # more than the default, so that a graph of 133,582 facts may also be read by a scan
