"""One setting changed in `config.toml`, so that whoever edits it by hand finds everything else as it was."""

from __future__ import annotations

import errno
import fcntl
import os
import secrets
import stat
import time
import tomllib
from collections.abc import Callable, Iterator, Mapping, MutableMapping
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

from nookterm.client.errors import CannotWrite, Changed, WrongUsage
from nookterm.client.setting_rule import Rule
from nookterm.client.settings import FILE, names, rule_of

_PRIVATE = 0o600
_LONGEST = 1 << 20
"""Bytes of a file that are read at most."""
_TRIES = 20
"""How often a file is read again that somebody else writes meanwhile."""

_PAUSE = 0.02
"""Seconds within which an editor that writes in pieces writes the next one."""

Edit = Callable[[MutableMapping[str, Any]], None]
"""Changes a TOML document, or what it reads as."""


def checked_name(name: str) -> Rule:
    """What the setting of that name may be. Raises WrongUsage where there is none."""
    import difflib

    rule = rule_of(name)
    if rule is None:
        near = difflib.get_close_matches(name, names(), n=2)
        hint = f"Is it {' or '.join(near)}?" if near else "`nookterm config` prints all of them."
        raise WrongUsage(f"There is no setting {name}.", hint, code="setting")
    return rule


def checked(name: str, value: str | int) -> str | int:
    """A value that fits its setting; text may stand for a number. Raises WrongUsage."""
    rule = checked_name(name)
    if name.startswith("keys.") and value == "":
        return ""
    read = rule.typed(value) if isinstance(value, str) else rule.read(value)
    if read is None:
        raise WrongUsage(f"{name} cannot be {value!r}; it is {rule.words}.", code="setting")
    return read


def put(home: Path, name: str, value: str | int) -> None:
    """Write one setting; comments, order and unknown entries stay.

    Raises:
        WrongUsage: there is no such setting, the value makes no sense, or the file cannot be read as it stands.
        CannotWrite: the file cannot be replaced. It is as it was then.
        Changed: somebody else keeps writing it.
    """
    fitting = checked(name, value)
    _change(home, lambda document: _set(document, name, fitting))


def drop(home: Path, name: str) -> bool:
    """Take a setting out of the file, so that its default holds. Whether it stood there. Raises as `put`."""
    found = _at(home / FILE)
    if not found or _where(_read(found[0], home / FILE), name) is None:
        return False
    _change(home, lambda document: _remove(document, name))
    return True


def _change(home: Path, edit: Edit) -> None:
    path = home / FILE
    try:
        home.mkdir(mode=0o700, parents=True, exist_ok=True)
        place = path.resolve()
        with _alone(place.parent):
            done, late = False, None
            for _ in range(_TRIES):
                done, late = _replaced(place, path, edit, late)
                if done:
                    return
    except OSError as error:
        raise _unwritable(path, error) from error
    raise Changed(f"{path} is being written by another program.", "Try again in a moment.", code="config")


def _replaced(place: Path, path: Path, edit: Edit, late: bytes | None) -> tuple[bool, bytes | None]:
    """Put the changed text in place of the file. Whether it is done; if not, what to begin with instead of the file.

    That is `late`: words which an editor wrote into the old file in the moment of the exchange.
    """
    before = _at(place)
    content = late if late is not None else before[0] if before else b""
    text = _edited(content, path, edit)
    unfinished = place.with_name(f".{place.name}.{secrets.token_hex(4)}")
    mode = stat.S_IMODE(before[1].st_mode) if before else _PRIVATE
    with _opened(place) as old:
        try:
            _write(unfinished, text, mode)
            now = _at(place)
            if (now and (now[0], now[1].st_ino)) != (before and (before[0], before[1].st_ino)):
                return False, None
            unfinished.replace(place)
        finally:
            with suppress(FileNotFoundError):
                unfinished.unlink()
        _settle(place.parent)
        written = _written_late(old, before[0]) if old is not None and before else None
    return written is None, written


def _written_late(old: int, before: bytes) -> bytes | None:
    """What somebody wrote into a file that has lost its name; None where nobody did, or where it makes no sense."""
    late = _all_of(old)
    if late == before:
        return None
    for _ in range(_TRIES):
        time.sleep(_PAUSE)
        last, late = late, _all_of(old)
        if last == late:
            break
    try:
        return late if tomllib.loads(late.decode()) else None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError):
        return None


def _edited(content: bytes, path: Path, edit: Edit) -> bytes:
    """The text with the change in it, proved to mean what it meant before but for that. Raises WrongUsage."""
    import tomlkit
    from tomlkit.exceptions import TOMLKitError

    wanted = _read(content, path)
    newline = "\r\n" if b"\r\n" in content else "\n"
    try:
        edit(wanted)
        document = tomlkit.parse(content.decode())
        edit(document)
        text = tomlkit.dumps(document)
    except (TOMLKitError, KeyError, TypeError, ValueError) as error:
        raise _by_hand(path) from error
    if newline == "\r\n":
        text = text.replace("\r\n", "\n").replace("\n", "\r\n")
    try:
        same = _without_empty(tomllib.loads(text)) == _without_empty(wanted)
    except tomllib.TOMLDecodeError:
        same = False
    if not same:
        raise _by_hand(path)
    return text.encode()


def _read(content: bytes, path: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(content.decode())
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        hint = "Nothing was changed in it. Mend it, or move it away."
        raise WrongUsage(f"{path} cannot be read: {error}.", hint, code="config") from None


def _where(document: Mapping[str, Any], name: str) -> tuple[str, ...] | None:
    """The keys that lead to a setting, however they are split into tables; of two places the one that holds."""
    found: tuple[str, ...] | None = None
    for key, value in document.items():
        if key == name:
            found = (key,)
        elif isinstance(value, Mapping) and name.startswith(f"{key}."):
            rest = _where(value, name[len(key) + 1 :])
            found = (key, *rest) if rest is not None else found
    return found


def _set(document: MutableMapping[str, Any], name: str, value: str | int) -> None:
    section, dot, rest = name.partition(".")
    keys = _where(document, name) or ((section, rest) if dot else (name,))
    table = document
    for key in keys[:-1]:
        if key not in table:
            table[key] = {}
        table = table[key]
    table[keys[-1]] = value


def _remove(document: MutableMapping[str, Any], name: str) -> None:
    while keys := _where(document, name):
        tables = [document]
        for key in keys[:-1]:
            tables.append(tables[-1][key])
        del tables[-1][keys[-1]]
        for parent, key, table in zip(tables, keys, tables[1:], strict=False):
            if _is_bare(table):
                del parent[key]
                break


def _is_bare(table: Mapping[str, Any]) -> bool:
    """Whether nothing is in a table, nor said about it."""
    written = getattr(table, "as_string", str)()
    return not table and not written.strip(" \r\n{}")


def _without_empty(table: Mapping[str, Any]) -> dict[str, Any]:
    """What a table says; empty ones say nothing."""
    kept = {key: _without_empty(value) if isinstance(value, dict) else value for key, value in table.items()}
    return {key: value for key, value in kept.items() if value != {}}


@contextmanager
def _alone(folder: Path) -> Iterator[None]:
    """Keep other nookterms from changing it meanwhile; a disk that knows no locks has none. Raises OSError."""
    descriptor = os.open(folder, os.O_RDONLY | os.O_CLOEXEC)
    try:
        with suppress(OSError):
            fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield
    finally:
        os.close(descriptor)


@contextmanager
def _opened(place: Path) -> Iterator[int | None]:
    """The file as it lies there now, whatever takes its name later."""
    try:
        descriptor = os.open(place, os.O_RDONLY | os.O_CLOEXEC)
    except FileNotFoundError:
        yield None
        return
    try:
        yield descriptor
    finally:
        os.close(descriptor)


def _at(place: Path) -> tuple[bytes, os.stat_result] | None:
    """What the file holds, and what the disk says of it; None where there is none. Raises OSError, WrongUsage."""
    try:
        with _opened(place) as descriptor:
            return None if descriptor is None else (_all_of(descriptor), os.fstat(descriptor))
    except OSError as error:
        if error.errno == errno.ENOENT:
            return None
        why = error.strerror or "it cannot be opened"
        raise WrongUsage(f"{place} cannot be read: {why}.", "Mend it, or move it away.", code="config") from None


def _all_of(descriptor: int) -> bytes:
    content = os.pread(descriptor, _LONGEST + 1, 0)
    if len(content) > _LONGEST:
        raise OSError(errno.EFBIG, os.strerror(errno.EFBIG))
    return content


def _write(path: Path, content: bytes, mode: int) -> None:
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC, _PRIVATE)
    with os.fdopen(descriptor, "wb") as file:
        file.write(content)
        file.flush()
        os.fchmod(descriptor, mode)
        os.fsync(descriptor)


def _settle(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY | os.O_CLOEXEC)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _unwritable(path: Path, error: OSError) -> CannotWrite:
    why = (error.strerror or "the disk refuses").lower()
    hint = "It is as it was. Allow writing in its folder, or make room."
    return CannotWrite(f"{path} cannot be written: {why}.", hint, code="cannot_write")


def _by_hand(path: Path) -> WrongUsage:
    hint = "Nothing was changed in it. Write the line by hand."
    return WrongUsage(f"{path} is written in a way that cannot be changed safely here.", hint, code="config")
