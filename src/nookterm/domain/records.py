"""Dataclasses whose methods are made late: what the standard library compiles at import took half of a start."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Iterable
from operator import attrgetter
from reprlib import recursive_repr
from typing import TYPE_CHECKING, Any, TypeVar, cast

if TYPE_CHECKING:  # To everybody who reads or checks code it is the plain dataclass.
    from dataclasses import dataclass as dataclass  # noqa: PLC0414 - others import it from here

T = TypeVar("T", bound=type[Any])
_FIELDS = "__dataclass_fields__"
_FACTORY = object()
"""Stands for a value that a factory makes."""


def _dataclass(
    cls: T | None = None, /, *, frozen: bool = False, slots: bool = False, eq: bool = True, order: bool = False
) -> Any:
    """The standard library's decorator, with the same meaning of its words.

    Its fields, slots and `replace` are the standard library's own. What differs is when methods are made: `__init__`
    is compiled at the first call, and the others need no compiling.
    """
    if order:
        return dataclasses.dataclass(cls, frozen=frozen, slots=slots, eq=eq, order=True)
    return _made(cls, frozen, slots, eq) if cls else lambda given: _made(given, frozen, slots, eq)


def _made(given: T, frozen: bool, slots: bool, eq: bool) -> T:  # noqa: FBT001 - as the decorator has them
    own = {name for name, made in given.__dict__.items() if made is not None}
    if not given.__doc__:
        # Else the standard library writes one, from the signature of an `__init__` that is not there yet.
        given.__doc__ = given.__name__
    cls: Any = dataclasses.dataclass(init=False, repr=False, eq=False, slots=slots)(given)
    methods: dict[str, Any] = {"__init__": _begin(cls), "__repr__": _words}
    if eq:
        fields = dataclasses.fields(cls)
        methods["__eq__"] = _equal(_reads(field.name for field in fields if field.compare))
        hashed = (field.name for field in fields if (field.compare if field.hash is None else field.hash))
        methods["__hash__"] = _hashed(_reads(hashed)) if frozen else None
    if frozen:
        methods |= {"__setattr__": _refuse, "__delattr__": _refuse}
    if frozen and slots:
        methods |= {"__getstate__": _state, "__setstate__": _restore}
    for name, method in methods.items():
        if name not in own:
            setattr(cls, name, method)
    return cast("T", cls)


def _begin(cls: type[Any]) -> Callable[..., None]:
    def __init__(self: object, *words: Any, **more: Any) -> None:  # noqa: N807 - it stands for that method
        written = _written(cls)
        if cls.__dict__.get("__init__") is __init__:
            type.__setattr__(cls, "__init__", written)
        written(self, *words, **more)

    return __init__


def _written(cls: type[Any]) -> Callable[..., None]:
    """Compile `__init__`: the arguments are the fields, in their order, those that go by name alone behind."""
    known: dict[str, Any] = {"_put": object.__setattr__, "_FACTORY": _FACTORY}
    by_place, by_name, body = ["self"], ["*"], []
    # Where the attributes cannot be set, the class of all classes can.
    put = "_put(self, {0!r}, {1})" if cls.__setattr__ is _refuse else "self.{0} = {1}"
    for field in dataclasses.fields(cls):
        name, value = field.name, field.name
        default = ""
        if field.default_factory is not dataclasses.MISSING:
            known[f"_make_{name}"] = field.default_factory
            default = " = _FACTORY"
            value = f"_make_{name}() if {name} is _FACTORY else {name}" if field.init else f"_make_{name}()"
        elif field.default is not dataclasses.MISSING:
            known[f"_is_{name}"] = field.default
            default = f" = _is_{name}"
            value = name if field.init else f"_is_{name}"
        if field.init:
            (by_name if field.kw_only else by_place).append(name + default)
        if field.init or default:
            body.append(put.format(name, value))
    if hasattr(cls, "__post_init__"):
        body.append("self.__post_init__()")
    words = ", ".join(by_place + (by_name if len(by_name) > 1 else []))
    exec(f"def __init__({words}):\n  " + "\n  ".join(body or ["pass"]), known)  # noqa: S102 - our own fields' names
    written: Callable[..., None] = known["__init__"]
    written.__qualname__ = f"{cls.__qualname__}.__init__"
    return written


def _reads(names: Iterable[str]) -> Callable[[object], tuple[Any, ...]]:
    """All these attributes at once."""
    wanted = tuple(names)
    if len(wanted) > 1:
        return attrgetter(*wanted)
    return (lambda one: (getattr(one, wanted[0]),)) if wanted else (lambda _one: ())


def _equal(reads: Callable[[object], tuple[Any, ...]]) -> Callable[[object, object], bool]:
    def __eq__(self: object, other: object) -> bool:  # noqa: N807 - it stands for that method
        return reads(self) == reads(other) if other.__class__ is self.__class__ else NotImplemented

    return __eq__


def _hashed(reads: Callable[[object], tuple[Any, ...]]) -> Callable[[object], int]:
    def __hash__(self: object) -> int:  # noqa: N807 - it stands for that method
        return hash(reads(self))

    return __hash__


@recursive_repr()
def _words(self: Any) -> str:
    shown = (f"{field.name}={getattr(self, field.name)!r}" for field in dataclasses.fields(self) if field.repr)
    return f"{self.__class__.__qualname__}({', '.join(shown)})"


def _refuse(_self: object, name: str, _value: object = None) -> None:
    raise dataclasses.FrozenInstanceError(f"cannot assign to field {name!r}")


def _state(self: Any) -> list[Any]:
    return [getattr(self, field.name) for field in dataclasses.fields(self)]


def _restore(self: Any, state: list[Any]) -> None:
    for field, value in zip(dataclasses.fields(self), state, strict=True):
        object.__setattr__(self, field.name, value)


if not TYPE_CHECKING:
    dataclass = _dataclass
