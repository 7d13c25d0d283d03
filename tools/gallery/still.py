"""A screen as a small SVG: no fonts from elsewhere, nothing in it that differs from run to run."""

from __future__ import annotations

import re

_FONTS = '"DejaVu Sans Mono", Menlo, Consolas'
"""What a reader's own machine has. The picture asks no other server for a font."""
_LINES = re.compile(r'<clipPath id="terminal-\d+-line-\d+">.*?</clipPath>\s*', re.DOTALL)
_CLIPPED = re.compile(r' clip-path="url\(#terminal-\d+-line-\d+\)"| shape-rendering="crispEdges"')
_NUMBER = re.compile(r'(="\d+)(?:\.0|(\.\d)\d*)"')


def standing_still(svg: str) -> str:
    """The picture without the fonts that it would fetch from elsewhere."""
    svg = re.sub(r"\s*@font-face \{.*?\}|<!--.*?-->", "", svg, flags=re.DOTALL)
    return svg.replace("Fira Code", _FONTS)


def small(svg: str) -> str:
    """The same picture in fewer letters: short names, round numbers, no cutting of lines that nothing reaches over."""
    svg = _CLIPPED.sub("", _LINES.sub("", svg))
    svg = re.sub(r"terminal-\d+-", "t", svg)
    svg = svg.replace("</style>", "rect{shape-rendering:crispEdges}</style>", 1)
    svg = _NUMBER.sub(r'\1\2"', svg)
    return re.sub(r"\n\s+", "\n", svg).strip() + "\n"
