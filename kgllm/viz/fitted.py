"""What fitting changed, drawn: the loss after every epoch, and hits@1 before and after by kind of question."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from kgllm.viz.theme import STYLE, anywhere, escape

_WIDE, _HIGH, _GAP = 300, 170, 46
_BAR, _ROW = 9, 30
_STYLE = anywhere(
    ".kgllm-svg rect{stroke:none}.kgllm-svg rect.before{fill:var(--kg-line)}.kgllm-svg rect.after{fill:var(--kg-end-line)}"
    ".kgllm-svg text{font-size:11px;text-anchor:start}.kgllm-svg .soft{fill:var(--kg-soft)}.kgllm-svg .far{text-anchor:end}"
    ".kgllm-svg polyline{fill:none;stroke:var(--kg-seed-line);stroke-width:2}.kgllm-svg line{stroke:var(--kg-rule)}"
)


def fit_svg(curve: Sequence[float], by_kind: Mapping[str, tuple[int, float, float, float, float]], *, title: str) -> str:
    """An SVG element. `curve`: the loss after every epoch; `by_kind`: as in `FitReport.by_kind`.

    >>> drawn = fit_svg((1.0, 0.5, 0.4), {"one_hop": (20, 0.6, 0.8, 0.6, 0.8)}, title="taught by labels")
    >>> drawn.count("<polyline"), drawn.count("<rect class"), "one_hop (20)" in drawn
    (1, 2, True)
    """
    height = max(_HIGH, _ROW * len(by_kind)) + 74
    width = 2 * _WIDE + 3 * _GAP + 80
    return (
        f'<svg class="kgllm-svg" xmlns="http://www.w3.org/2000/svg" role="img" viewBox="0 0 {width} {height}" width="{width}" height="{height}">'
        f"<title>{escape(title)}</title><style>{STYLE}{_STYLE}</style>"
        f"{_loss(curve)}{_kinds(by_kind)}</svg>"
    )


def _loss(curve: Sequence[float]) -> str:
    left, top, bottom = _GAP, 40, 40 + _HIGH
    head = f'<text x="{left}" y="22">loss after every epoch</text>'
    if not curve:
        return f'{head}<text class="soft" x="{left}" y="{top + 20}">nothing was trained</text>'
    low, high = min(0.0, *curve), max(*curve, 1e-9)
    step = _WIDE / max(1, len(curve) - 1)
    points = " ".join(f"{left + i * step:.1f},{bottom - (value - low) / (high - low) * _HIGH:.1f}" for i, value in enumerate(curve))
    marks = "".join(
        f'<line x1="{left}" x2="{left + _WIDE}" y1="{y:.1f}" y2="{y:.1f}"/><text class="soft far" x="{left - 8}" y="{y + 4:.1f}">{value:.2f}</text>'
        for value, y in ((low, bottom), ((low + high) / 2, bottom - _HIGH / 2), (high, top))
    )
    ends = f'<text class="soft" x="{left}" y="{bottom + 18}">1</text><text class="soft far" x="{left + _WIDE}" y="{bottom + 18}">{len(curve)}</text>'
    return f'{head}{marks}<polyline points="{points}"/>{ends}'


def _kinds(by_kind: Mapping[str, tuple[int, float, float, float, float]]) -> str:
    left = 2 * _GAP + _WIDE + 90
    long = _WIDE - 30
    out = [f'<text x="{left}" y="22">hits@1 on questions held out, before and after</text>']
    for i, (kind, (n, before, after, *_)) in enumerate(by_kind.items()):
        y = 40 + i * _ROW
        out.append(f'<text class="far" x="{left - 8}" y="{y + 12}">{escape(kind)} ({n:,})</text>')
        for name, value, at in (("before", before, y), ("after", after, y + _BAR + 1)):
            out.append(f'<rect class="{name}" x="{left}" y="{at}" width="{max(value * long, 1):.1f}" height="{_BAR}"/>')
            out.append(f'<text class="soft" x="{left + max(value * long, 1) + 5:.1f}" y="{at + _BAR}">{value:.3f}</text>')
    return "".join(out)
