"""The misses of every question set sorted by cause: the stage that `GraphQA.explain` says lost the answer, with a few of each.

python -m benchmarks misses -- [--split dev|test] [--n 300] [--only NAME …] [--with words minilm] [--show 3]
    [--save FOLDER [--minutes 9]]
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from benchmarks.sets import parser, runs
from kgllm.evaluation import Report

STAGES = ("not_in_graph", "not_linked", "wrong_candidate", "no_path", "wrong_path", "wrong_order", "abstained", "error")


def main(arguments: Sequence[str]) -> int:
    options = parser("misses", __doc__, configurations=["words"])
    options.add_argument("--show", type=int, default=2, help="misses written out of each cause")
    args = options.parse_args(arguments)
    print(f"| set ({args.split}) | configuration | n | missed | " + " | ".join(STAGES) + " |")
    print("|---" * (len(STAGES) + 4) + "|")
    below: list[str] = []
    unfinished = False
    for one, configuration, _, _, report in runs(args, explain=True):
        if report is None:
            unfinished = True
            continue
        causes = causes_of(report)
        shares = " | ".join(str(causes[stage] or "") for stage in STAGES)
        print(f"| {one.name} | {configuration} | {len(report.rows)} | {causes.total()} | {shares} |", flush=True)
        below += [f"{one.name}, {configuration}, {line}" for line in examples(report, args.show)]
    print("\n" + "\n".join(f"- {line}" for line in below))
    if unfinished:
        print("\nThe time is over: the same command goes on from here.")
    return 0


def causes_of(report: Report) -> Counter[str]:
    """How many answerable questions were missed for each cause."""
    missed = [row for row in report.rows if row.question.answerable and not row.right]
    return Counter("error" if row.error else row.stage or "error" for row in missed)


def examples(report: Report, most: int) -> list[str]:
    """The first misses of each cause, with what was answered instead."""
    shown: Counter[str] = Counter()
    lines = []
    for row in report.rows:
        stage = "error" if row.error else row.stage
        if row.question.answerable and not row.right and stage and shown[stage] < most:
            shown[stage] += 1
            said = row.error or f"{'; '.join(row.got[:2]) or row.reason} by {row.path}"
            lines.append(f"{stage}: {row.question.question} → {'; '.join(row.question.answers[:2])}; said: {said[:200]}")
    return sorted(lines, key=lambda line: STAGES.index(line.partition(":")[0]))
