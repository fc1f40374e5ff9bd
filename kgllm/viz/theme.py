"""Colours and type of the drawings, and the one way in which text gets into them."""

from __future__ import annotations

import html
import re

from kgllm.display import visible


def escape(text: object, most: int | None = None) -> str:
    """`visible` text for the inside of an element or a quoted attribute.

    >>> escape("<b>")
    '&lt;b&gt;'
    """
    return html.escape(visible(text, most))


_LIGHT = (
    "--kg-ground:#fff;--kg-panel:#f6f7f9;--kg-ink:#1f2430;--kg-soft:#5d6675;--kg-rule:#d9dde4;--kg-line:#a3abb8;"
    "--kg-mark:#b4530a;--kg-seed:#dbe8fb;--kg-seed-line:#2f6bc4;--kg-end:#dcf3e3;--kg-end-line:#1f8a4c;--kg-warn:#b42318;"
)
_DARK = (
    "--kg-ground:#16191f;--kg-panel:#1f242c;--kg-ink:#e6e9ef;--kg-soft:#9aa4b4;--kg-rule:#353c48;--kg-line:#606b7b;"
    "--kg-mark:#f0a04b;--kg-seed:#1d3457;--kg-seed-line:#6ea3ee;--kg-end:#173a26;--kg-end-line:#5cc98a;--kg-warn:#ff8a7a;"
)
_FONT = (
    'ui-sans-serif,system-ui,-apple-system,"Segoe UI","Helvetica Neue",Arial,"PingFang SC","Microsoft YaHei","Noto Sans CJK SC",sans-serif'
)
_ROOTS = ".kgllm,.kgllm-svg"


def _dark(prefix: str) -> str:
    return ",".join(f"{prefix} {root}" for root in _ROOTS.split(","))


def anywhere(style: str) -> str:
    """Rules with their colours said outright, and again as variables for who knows those: Inkscape, office programs and converters do
    not, and paint black what they cannot read.

    >>> anywhere("rect{fill:var(--kg-ground)}line{fill:none}")
    'rect{fill:#fff}line{fill:none}@supports(--kg:0){rect{fill:var(--kg-ground)}}'
    """
    colours = dict(pair.split(":") for pair in _LIGHT.strip(";").split(";"))
    plain = re.sub(r"var\((--kg-[a-z-]+)\)", lambda said: colours[said[1]], style)
    return f"{plain}@supports(--kg:0){{{''.join(re.findall(r'[^{}]+{[^{}]*var[^{}]*}', style))}}}"


STYLE = (
    f"{_ROOTS}{{{_LIGHT}}}"
    f"@media (prefers-color-scheme:dark){{{_ROOTS}{{{_DARK}}}}}"
    # a notebook's own theme goes before the system's
    f"{_dark('[data-jp-theme-light=true]')},{_dark('.vscode-light')}{{{_LIGHT}}}"
    f"{_dark('[data-jp-theme-light=false]')},{_dark('.vscode-dark')}{{{_DARK}}}"
) + anywhere(
    f".kgllm-svg{{max-width:100%;height:auto;background:var(--kg-ground);font:13px {_FONT}}}"
    ".kgllm-svg text{fill:var(--kg-ink);text-anchor:middle}"
    ".kgllm-svg rect{fill:var(--kg-panel);stroke:var(--kg-line)}"
    ".kgllm-svg .literal rect{stroke-dasharray:4 3}.kgllm-svg .unnamed text{fill:var(--kg-soft);font-style:italic}"
    ".kgllm-svg .seed rect{fill:var(--kg-seed);stroke:var(--kg-seed-line);stroke-width:1.5}"
    ".kgllm-svg .end rect{fill:var(--kg-end);stroke:var(--kg-end-line);stroke-width:1.5}"
    ".kgllm-svg .end text,.kgllm-svg .seed text{font-weight:600}"
    ".kgllm-svg path{fill:none;stroke:var(--kg-line);stroke-width:1.2}.kgllm-svg polygon{fill:var(--kg-line)}"
    ".kgllm-svg .marked path{stroke:var(--kg-mark);stroke-width:2.2}.kgllm-svg .marked polygon{fill:var(--kg-mark)}"
    ".kgllm-svg .edge text{font-size:11px;fill:var(--kg-soft);paint-order:stroke;stroke:var(--kg-ground);stroke-width:4px}"
    ".kgllm-svg text.caption{font-size:11px;fill:var(--kg-soft);text-anchor:start}"
    ".kgllm-svg .marked text{fill:var(--kg-mark);font-weight:600}"
)

PAGE_STYLE = STYLE + (
    f".kgllm{{background:var(--kg-ground);color:var(--kg-ink);font:14px/1.5 {_FONT};padding:14px 16px;border:1px solid var(--kg-rule);"
    "border-radius:8px;max-width:1100px;text-align:left}"
    ".kgllm .question{color:var(--kg-soft)}.kgllm .answer{font-size:18px;font-weight:600;margin:2px 0 6px}"
    ".kgllm .about,.kgllm .note{color:var(--kg-soft);font-size:12.5px}.kgllm .warn{color:var(--kg-warn)}"
    ".kgllm .drawing{overflow-x:auto;margin:10px 0}"
    ".kgllm h4{margin:14px 0 4px;font-size:13px;font-weight:600;color:var(--kg-ink)}"
    ".kgllm table{color:var(--kg-ink);border-collapse:collapse;margin:0;font-size:13px;width:auto}"
    ".kgllm th{font-weight:500;color:var(--kg-soft);background:none}"
    ".kgllm th,.kgllm td{text-align:left;vertical-align:top;padding:3px 14px 3px 0;border:0;border-bottom:1px solid var(--kg-rule);"
    "color:inherit;background:none;white-space:normal;overflow-wrap:anywhere}"
    ".kgllm th{color:var(--kg-soft);white-space:nowrap}.kgllm td.number{text-align:right;font-variant-numeric:tabular-nums;white-space:nowrap}"
    ".kgllm td.id{font-family:ui-monospace,Menlo,Consolas,monospace;font-size:12px;color:var(--kg-soft);white-space:nowrap}"
    ".kgllm td.soft,.kgllm .soft{color:var(--kg-soft)}.kgllm b.mark{color:var(--kg-mark);font-weight:600}"
    ".kgllm details{margin-top:8px}.kgllm summary{cursor:pointer;color:var(--kg-soft)}"
    ".kgllm pre{white-space:pre-wrap;overflow-wrap:anywhere;background:var(--kg-panel);color:inherit;padding:8px 10px;border-radius:6px;font-size:12px}"
)
