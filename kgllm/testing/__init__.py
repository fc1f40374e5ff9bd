"""What a project needs to test a graph backend of its own, or code that asks kgllm.

conformance, rules, view_rules   the rules of a backend, and how they are asked for
scenarios, case                  the graphs that they are asked of, and what a rule is written with
oracle, strategies, models       a graph, facts and a model to hold others against

- `check_graph(factory)`: does a backend keep the rules? `check_facts` asks the same on facts of one's own.
- `OracleGraph`: the simplest graph, to compare with.
- `EchoLLM`: a deterministic model without a model; it answers with the first fact that it was served.
- `tiny_model(folder)`: a small language model made on the spot, to be taught or asked.
- `kgllm.testing.strategies`: Hypothesis strategies for facts, graphs and names (needs hypothesis).
"""

from __future__ import annotations

from kgllm.llms.echo import EchoLLM
from kgllm.testing.case import RULES, BrokenRule
from kgllm.testing.conformance import check_facts, check_graph
from kgllm.testing.models import tiny_model
from kgllm.testing.oracle import OracleGraph
from kgllm.testing.scenarios import SCENARIOS

__all__ = ["RULES", "SCENARIOS", "BrokenRule", "EchoLLM", "OracleGraph", "check_facts", "check_graph", "tiny_model"]
