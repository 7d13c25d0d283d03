"""Records are dataclasses in all that anybody can see; only the time of making their methods is another."""

from __future__ import annotations

import copy
import dataclasses
import pickle
from dataclasses import KW_ONLY, FrozenInstanceError, field, fields, replace
from typing import ClassVar, Generic, TypeVar

import pytest

from nookterm.domain.records import dataclass

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Base:
    name: str
    tags: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class More(Base):
    """One that has another's fields before its own."""

    LIMIT: ClassVar[int] = 3
    _: KW_ONLY
    notes: list[str] = field(default_factory=list, compare=False)
    seen: int = field(default=1, repr=False)


@dataclass(slots=True)
class Counting:
    count: int = 0
    _steps: int = field(default=2, init=False)
    made: list[int] = field(default_factory=list, init=False)

    def __post_init__(self) -> None:
        self.count += self._steps


@dataclass(frozen=True, slots=True)
class Boxed(Generic[T]):
    what: T


@dataclass(frozen=True, slots=True)
class Nothing:
    pass


@dataclass(frozen=True)
class Loose:
    name: str

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Loose)

    def __hash__(self) -> int:
        return 7

    def __repr__(self) -> str:
        return "its own words"


def test_a_record_is_made_by_place_and_by_name_as_its_fields_say() -> None:
    made = More("a", ("x",), notes=["n"])

    assert (made.name, made.tags, made.notes, made.seen, More.LIMIT) == ("a", ("x",), ["n"], 1, 3)
    assert More("a").notes is not More("a").notes
    assert Boxed("1") == Boxed("1") != Boxed("2")
    with pytest.raises(TypeError):
        More("a", (), ["n"])  # type: ignore[call-arg]  # what goes by name alone
    with pytest.raises(TypeError):
        Base()  # type: ignore[call-arg]  # a field is missing


def test_what_a_record_does_after_it_is_made_happens_each_time() -> None:
    first, second = Counting(1), Counting()

    assert (first.count, second.count, first.made) == (3, 2, [])
    assert first.made is not second.made
    first.count = 9
    assert first.count == 9


def test_records_are_equal_by_what_counts_and_only_among_their_own_kind() -> None:
    assert More("a", notes=["x"]) == More("a", notes=["y"])
    assert hash(More("a", notes=["x"])) == hash(More("a", notes=["y"]))
    assert More("a") != Base("a")
    assert Nothing() == Nothing()
    assert len({Base("a"), Base("a"), Base("b"), Nothing(), Nothing()}) == 3
    with pytest.raises(TypeError):
        hash(Counting())


def test_what_is_frozen_can_neither_be_changed_nor_taken_away() -> None:
    made = More("a")

    with pytest.raises(FrozenInstanceError):
        made.name = "b"  # type: ignore[misc]  # that is the promise
    with pytest.raises(FrozenInstanceError):
        del made.seen
    with pytest.raises(FrozenInstanceError):
        Loose("a").name = "b"  # type: ignore[misc]
    assert made == More("a")


def test_a_record_says_what_it_holds_and_keeps_methods_of_its_own() -> None:
    assert repr(More("a", notes=["n"])).endswith("More(name='a', tags=(), notes=['n'])")
    assert (repr(Loose("a")), hash(Loose("a")), Loose("a") == Loose("b")) == ("its own words", 7, True)
    assert Base.__doc__ == "Base"


def test_the_standard_library_knows_a_record_for_one_of_its_own() -> None:
    made = More("a", ("x",), seen=4)

    assert replace(made, name="b") == More("b", ("x",), seen=4)
    assert [one.name for one in fields(made)] == ["name", "tags", "notes", "seen"]
    assert dataclasses.asdict(Boxed(Base("a"))) == {"what": {"name": "a", "tags": ()}}
    assert copy.copy(made) == copy.deepcopy(made) == pickle.loads(pickle.dumps(made)) == made  # noqa: S301 - our own
    assert not hasattr(made, "__dict__")
    match made:
        case More(name, tags):
            assert (name, tags) == ("a", ("x",))


def test_no_method_is_compiled_before_the_first_record_is_made() -> None:
    @dataclass(frozen=True, slots=True)
    class Fresh:
        value: int

    before = Fresh.__init__
    Fresh(1)
    compiled = Fresh.__init__
    Fresh(2)

    assert before is not compiled
    assert Fresh.__init__ is compiled
    assert compiled.__code__.co_varnames == ("self", "value")
