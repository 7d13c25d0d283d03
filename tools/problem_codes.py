"""Which problems there are: each error code with its exit code, what happened and the way out, as the source says."""

from __future__ import annotations

import ast
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path

Function = ast.FunctionDef | ast.AsyncFunctionDef
MOST = 3
"""Sentences that are shown of one code: others say the same of other things."""
INTRODUCTION = """# Problems

What can go wrong, by the error codes of [the command line](cli.md#errors), with the exit code, what is said and the way
out; `…` stands for what is named there. The words may change, codes and exit codes are for scripts. A code with two
exit codes is told apart by what happened. `failed` is what has no code of its own. What a server refuses with a word of
its own has that as its code, in small letters and without `M_` (`M_TOO_LARGE` is `too_large`), and exit code 1."""
HEAD = "| code | exit code | what happened | the way out |\n|---|---|---|---|"


@dataclass(order=True)
class Made:
    """A problem as one line of the source makes it."""

    code: str
    kind: str
    message: str
    hint: str
    where: str = field(compare=False, default="")


def made_in(source: Path, kinds: Iterable[str]) -> list[Made]:
    """Every problem of these kinds, by the names of their classes, that is made in a file of a folder.

    One whose code nobody can read there has an empty one.
    """
    wanted = set(kinds)
    texts = {path: path.read_text(encoding="utf-8") for path in sorted(source.rglob("*.py"))}
    trees = {path: ast.parse(text) for path, text in texts.items() if any(f"{kind}(" in text for kind in wanted)}
    known = {name: text for tree in trees.values() for name, text in _texts(ast.walk(tree)) if name.isupper()}
    found, makers = list[Made](), dict[str, tuple[int, Made]]()
    for path, tree in trees.items():
        words = known | dict(_texts(tree.body))
        for scope in ast.walk(tree):
            if isinstance(scope, Function | ast.Module):
                for node, made in _made(scope, words, wanted):
                    made.where = f"{path.relative_to(source)}:{node.lineno}"
                    if isinstance(scope, Function) and not made.code and (place := _place_of_code(scope)) is not None:
                        makers[scope.name] = (place, made)
                        found += _usual(scope, made, words)
                    else:
                        found.append(made)
    return [*found, *_by_makers(trees.values(), makers, known)]


def _place_of_code(maker: Function) -> int | None:
    """Which argument of a function is the code; None where none is."""
    return next((place for place, one in enumerate(maker.args.args) if one.arg == "code"), None)


def _usual(maker: Function, made: Made, words: Mapping[str, str]) -> Iterator[Made]:
    """What a function makes that is given no code."""
    given = zip(reversed(maker.args.args), reversed(maker.args.defaults), strict=False)
    yield from (replace(made, code=code) for arg, usual in given if arg.arg == "code" and (code := _text(usual, words)))


def _by_makers(
    trees: Iterable[ast.AST], makers: Mapping[str, tuple[int, Made]], words: Mapping[str, str]
) -> Iterator[Made]:
    """What functions make that are given the code."""
    for tree in trees:
        for node in ast.walk(tree):
            if isinstance(node, ast.Call) and (maker := makers.get(_name(node.func))):
                place, made = maker
                given = [keyword.value for keyword in node.keywords if keyword.arg == "code"] or node.args[place:][:1]
                code = _text(given[0], words) if given else ""
                if code:
                    yield Made(code, made.kind, made.message, made.hint, made.where)


def _within(scope: ast.AST) -> Iterator[ast.AST]:
    """What belongs to a scope and to no function in it."""
    for node in ast.iter_child_nodes(scope):
        if not isinstance(node, Function):
            yield node
            yield from _within(node)


def _texts(nodes: Iterable[ast.AST]) -> Iterator[tuple[str, str]]:
    for node in nodes:
        match node:
            case ast.Assign([ast.Name(name)], value) if text := _text(value, {}):
                yield name, text


def _made(scope: ast.AST, words: Mapping[str, str], wanted: set[str]) -> Iterator[tuple[ast.Call, Made]]:
    latest = dict(words)
    for node in _within(scope):
        if isinstance(node, ast.Assign):
            latest.update(_texts([node]))
        elif isinstance(node, ast.Call) and _name(node.func) in wanted and (node.args or node.keywords):
            told = {keyword.arg: keyword.value for keyword in node.keywords}
            told |= dict(zip(("message", "hint", "retry_after", "code"), node.args, strict=False))
            texts = {name: _text(expr, latest) for name, expr in told.items() if name}
            code = texts["code"] if "code" in told else "failed"
            yield node, Made(code, _name(node.func), texts.get("message", ""), texts.get("hint", ""))


def _name(called: ast.expr) -> str:
    return called.id if isinstance(called, ast.Name) else called.attr if isinstance(called, ast.Attribute) else ""


def _text(node: ast.expr, words: Mapping[str, str]) -> str:
    """What a text says, with `…` for what is only known later; empty where nothing of it is known."""
    match node:
        case ast.Constant(str(text)):
            return text
        case ast.Name(name) | ast.Attribute(attr=name):
            return words.get(name, "")
        case ast.JoinedStr(parts):
            return "".join(_text(part, words) or "…" for part in parts)
        case ast.BinOp(left, ast.Add(), right):
            return f"{_text(left, words) or '…'}{_text(right, words) or '…'}"
        case ast.IfExp(_, body, orelse):
            return _text(body, words) or _text(orelse, words)
        case _:
            return ""


def page(made: Iterable[Made], exit_codes: Mapping[str, int]) -> str:
    """The page, where a kind has this exit code, or 1."""
    by_code: defaultdict[tuple[str, int], list[Made]] = defaultdict(list)
    for one in sorted(made):
        if one.code:
            by_code[one.code, exit_codes.get(one.kind, 1)].append(one)
    rows = []
    for (code, exits), all_of_it in sorted(by_code.items()):
        told = _listed(one.message or "…" for one in all_of_it)
        rows.append(f"| `{code}` | {exits} | {told} | {_listed(one.hint for one in all_of_it)} |")
    return "\n\n".join((INTRODUCTION, "\n".join((HEAD, *rows)))) + "\n"


def _listed(texts: Iterable[str]) -> str:
    shown = [_in_a_cell(text) for text in dict.fromkeys(filter(None, texts))]
    more = [f"and {len(shown) - MOST} more"] if len(shown) > MOST else []
    return "<br>".join((*shown[:MOST], *more))


def _in_a_cell(text: str) -> str:
    for sign, written in (("|", "\\|"), ("<", "&lt;"), ("*", "\\*"), ("_", "\\_")):
        text = text.replace(sign, written)
    return " ".join(text.split())
