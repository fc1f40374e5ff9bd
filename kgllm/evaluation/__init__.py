"""How well questions are answered: `evaluate` asks them, a `Report` holds every figure, `compare` holds two runs together.

datasets   questions with their answers, checked before anything is asked
run        asks them
metrics    the figures of one question, and of many
report     what came of it, saved, and two side by side
"""

from kgllm.evaluation.datasets import Question, read_questions
from kgllm.evaluation.metrics import Figure
from kgllm.evaluation.report import Comparison, Report, Row, compare, load_run
from kgllm.evaluation.run import evaluate

__all__ = ["Comparison", "Figure", "Question", "Report", "Row", "compare", "evaluate", "load_run", "read_questions"]
