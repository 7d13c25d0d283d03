"""`theme`: the themes there are, and what is wrong with a file; without a screen and without an account."""

from __future__ import annotations

from pathlib import Path

from nookterm.cli.context import Context
from nookterm.cli.home import home_folder
from nookterm.client.errors import Problem
from nookterm.tui.contrast import Weak, weak_pairs
from nookterm.tui.themes import Palette, ThemeProblem, load_palettes, read_file

_ENDING = ".toml"


async def theme(context: Context) -> None:
    """List the themes, or check files. Raises Problem where a file should be mended."""
    own = home_folder() / "themes"
    if context.args.what == "list":
        _list(context, own)
    else:
        _check(context, own)


def _list(context: Context, own: Path) -> None:
    palettes, problems = load_palettes(own)
    for problem in problems:
        context.printer.problem(Problem(problem, "The others can be worn.", code="theme"))
    chosen = context.settings.text("theme")
    for name, palette in sorted(palettes.items()):
        fields = {
            "name": name,
            "dark": palette.dark,
            "file": str(palette.file) if palette.file else None,
            "chosen": name == chosen,
        }
        where = str(palette.file or "comes with nookterm")
        words = (name, "dark" if palette.dark else "light", where, *(("chosen",) if name == chosen else ()))
        context.printer.row(fields, "  ".join(words))


def _check(context: Context, own: Path) -> None:
    files = [_file(given, own) for given in context.args.files] or sorted(own.glob(f"*{_ENDING}"))
    if not files:
        context.printer.say(f"There are no themes of your own in {own}.")
    wrong = [file for file in files if not _is_right(context, file)]
    if wrong:
        message = f"{len(wrong)} of {len(files)} theme files should be mended."
        raise Problem(message, "docs/guide/themes.md says what each colour is for.", code="theme")


def _file(given: str, own: Path) -> Path:
    """A path; a plain word that is none is a name in the folder of one's own."""
    path = Path(given)
    if path.exists() or len(path.parts) != 1:
        return path
    return own / (given if given.endswith(_ENDING) else f"{given}{_ENDING}")


def _is_right(context: Context, file: Path) -> bool:
    """Say how a file is. Whether nothing in it should be mended."""
    try:
        palette = read_file(file)
    except ThemeProblem as problem:
        context.printer.row({"file": str(file), "state": "wrong", "problem": str(problem)}, f"wrong: {problem}")
        return False
    weak = weak_pairs(palette.name, palette.colours, lines=palette.lines)
    state = "hard to read" if weak else "ok"
    fields = {"file": str(file), "state": state, "name": palette.name, "weak": [_fields(one) for one in weak]}
    context.printer.row(fields, "\n".join((_head(state, palette, file), *map(_line, weak))))
    return not weak


def _head(state: str, palette: Palette, file: Path) -> str:
    return f"{state}: {palette.name} ({file})"


def _fields(weak: Weak) -> dict[str, str | float]:
    pair = weak.pair
    return {
        "colour": pair.ink,
        "on": pair.ground,
        "ratio": round(weak.ratio, 2),
        "least": weak.least,
        "what": pair.why,
    }


def _line(weak: Weak) -> str:
    # Cut, not rounded: 4.46 shown as 4.5 would look as if it were enough.
    shown = int(weak.ratio * 10) / 10
    return f"  {weak.pair.ink} on {weak.pair.ground}: {shown} to 1, should be {weak.least:g} ({weak.pair.why})"
