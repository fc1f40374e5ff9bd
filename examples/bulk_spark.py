"""Answer many questions under Spark: `mapInPandas` with one graph for each Python worker, on one machine or on many.

python -m servers.venv spark                    # makes an environment that holds pyspark and kgllm, and prints its Python (Java 17 or later)
PYTHON examples/bulk_spark.py                   # the built-in graph and its questions, here
PYTHON examples/bulk_spark.py GRAPH.kg IN.jsonl OUT    # or spark-submit; GRAPH.kg where every machine can read it
"""

from __future__ import annotations

import json
import os
import sys
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

import pandas as pd
from pyspark.sql import DataFrame, SparkSession

import kgllm

WORKERS = 2
COLUMNS = "id long, question string, text string, answers array<string>, confidence double, abstained boolean"


def answerer(folder: str) -> Callable[[Iterator[pd.DataFrame]], Iterator[pd.DataFrame]]:
    """The function of `mapInPandas`: opens the graph once a partition (so give a worker few of them), then answers batch after batch."""

    def answer(batches: Iterator[pd.DataFrame]) -> Iterator[pd.DataFrame]:
        qa = kgllm.GraphQA(kgllm.load(folder))  # memory-mapped: workers of one machine share its pages
        for batch in batches:
            answers = qa.ask_many(batch["question"].tolist())
            yield pd.DataFrame(
                {
                    "id": batch["id"],
                    "question": batch["question"],
                    "text": [answer.text for answer in answers],
                    "answers": [[entity.name for entity in answer.entities] for answer in answers],
                    "confidence": [answer.confidence for answer in answers],
                    "abstained": [answer.abstained for answer in answers],
                }
            )

    return answer


def answered(folder: str, questions: DataFrame) -> DataFrame:
    """The questions (columns "id" and "question") with their answers; nothing runs until rows are asked for or written."""
    return questions.select("id", "question").mapInPandas(answerer(folder), COLUMNS)


def run(folder: str, source: str, out: str) -> None:
    """Answer a file of JSON lines into a folder of Parquet files."""
    builder = SparkSession.builder.appName("kgllm").config("spark.sql.execution.arrow.maxRecordsPerBatch", "64")
    if "SPARK_ENV_LOADED" not in os.environ:  # not started by spark-submit: on this machine, and seen from nowhere else
        os.environ.setdefault("PYSPARK_PYTHON", sys.executable)  # the workers' Python is this one
        builder = builder.master(f"local[{WORKERS}]").config("spark.ui.enabled", "false")
        builder = builder.config("spark.driver.bindAddress", "127.0.0.1").config("spark.driver.host", "127.0.0.1")
    spark = builder.getOrCreate()
    try:
        questions = spark.read.schema("id long, question string").json(source)
        answered(folder, questions.repartition(WORKERS)).write.parquet(out)
    finally:
        spark.stop()


def main(arguments: list[str]) -> None:
    """A graph, its questions and where the answers go; without them the built-in ones."""
    if arguments:
        run(*arguments)
        return
    with tempfile.TemporaryDirectory() as scratch:
        folder, source, out = (str(Path(scratch) / name) for name in ("gpu.kg", "in.jsonl", "out"))
        kgllm.compile(kgllm.datasets.load("gpu"), folder)
        asked = [*kgllm.datasets.questions("gpu", language="en"), *kgllm.datasets.questions("gpu", language="zh")]
        lines = (json.dumps({"id": i, "question": row["question"]}, ensure_ascii=False) for i, row in enumerate(asked))
        Path(source).write_text("\n".join(lines), encoding="utf-8")
        run(folder, source, out)
        found = pd.read_parquet(out).sort_values("id").to_dict("records")
    for row in (*found[:3], *found[-3:]):
        print(row["question"], "→", row["text"])
    print(f"{len(found)} questions, {sum(row['abstained'] for row in found)} abstained")


if __name__ == "__main__":
    main(sys.argv[1:])
