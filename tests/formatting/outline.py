"""Blocks and runs in a form that a table of expectations can hold."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from nookterm.formatting.text import (
    Block,
    Code,
    Details,
    Heading,
    Line,
    Link,
    Listing,
    Mark,
    Paragraph,
    Person,
    Place,
    Quoted,
    Run,
    Table,
    Text,
)

_SIGNS = ((Mark.BOLD, "*"), (Mark.ITALIC, "/"), (Mark.STRIKE, "~"), (Mark.UNDERLINE, "_"), (Mark.CODE, "`"))


def outline(text: Text | None) -> list[str]:
    """One line for each block, moved in as deep as it stands."""
    return ["nothing"] if text is None else list(_blocks(text.blocks))


def _blocks(blocks: Iterable[Block], indent: str = "") -> Iterator[str]:
    for block in blocks:
        match block:
            case Paragraph(runs) | Heading(_, runs):
                yield f"{indent}{f'h{block.level}' if isinstance(block, Heading) else 'p'} {words(runs)}"
            case Quoted(inner):
                yield f"{indent}quote"
                yield from _blocks(inner, f"{indent}  ")
            case Listing(items, start):
                for number, item in enumerate(items, start or 0):
                    yield f"{indent}{'-' if start is None else f'{number}.'}"
                    yield from _blocks(item, f"{indent}  ")
            case Code(text, language):
                yield f"{indent}code {language}: {text!r}"
            case Table(head, rows):
                yield f"{indent}table {' | '.join(words(cell) for cell in head)}"
                yield from (f"{indent}  {' | '.join(words(cell) for cell in row)}" for row in rows)
            case Line():
                yield f"{indent}line"
            case Details(summary, inner):
                yield f"{indent}details {words(summary)}"
                yield from _blocks(inner, f"{indent}  ")


def words(runs: Iterable[Run]) -> str:
    """Letters with their marks around them, targets behind them in angle brackets."""
    return "".join(map(_word, runs)).replace("\n", "⏎")


def _word(run: Run) -> str:
    signs = "".join(sign for mark, sign in _SIGNS if mark in run.marks)
    hidden = f"||{run.spoiler} " if run.spoiler else ""
    where = ""
    match run.target:
        case Link(url):
            where = f"<{url}>"
        case Person(user):
            where = f"<{user}>"
        case Place(room, event):
            where = f"<{room}{event}>"
    colour = f"{{{run.colour}/{run.ground}}}" if run.colour or run.ground else ""
    return f"{hidden}{signs}{run.text}{signs[::-1]}{where}{colour}"
