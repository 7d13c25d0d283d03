"""A link says where it leads, whatever its words say."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nookterm.formatting.links import read_link, shows_its_host
from nookterm.formatting.plain import addresses
from nookterm.formatting.text import Link, Person, Place


@pytest.mark.parametrize(
    ("href", "url", "host"),
    [
        ("https://glazy.org/a b?c=d e", "https://glazy.org/a%20b?c=d%20e", "glazy.org"),
        ("HTTPS://GLAZY.ORG/A", "https://glazy.org/A", "glazy.org"),
        ("https://glаzy.org", "https://xn--glzy-63d.org", "xn--glzy-63d.org"),
        ("https://glazy。org", "https://glazy.org", "glazy.org"),
        ("https://münze.example/ü", "https://xn--mnze-0ra.example/%C3%BC", "xn--mnze-0ra.example"),
        ("http://glazy.org:8080/", "http://glazy.org:8080/", "glazy.org:8080"),
        ("https://[2001:db8::1]/", "https://[2001:db8::1]/", "[2001:db8::1]"),
        ("mailto:ana%40x.example", "mailto:ana@x.example", "ana@x.example"),
    ],
)
def test_an_address_is_ascii_and_its_host_is_the_one_that_is_looked_up(href: str, url: str, host: str) -> None:
    assert read_link(href) == Link(url, host)


def test_who_has_a_name_before_the_host_is_not_believed() -> None:
    link = read_link("https://glazy.org@evil.example/")
    assert link == Link("https://glazy.org@evil.example/", "evil.example", plain=False)
    assert not shows_its_host("https://glazy.org@evil.example/", link)


@pytest.mark.parametrize(
    ("words", "shows"),
    [
        ("https://glazy.org/r/1", True),
        ("glazy.org/r/1", True),
        ("glazy.org", True),
        (" https://glazy.org/r/… ", False),
        ("glazy.org.evil.example", False),
        ("evil.example", False),
        ("glаzy.org", False),
        ("my recipe", False),
        ("http://glazy.org/r/1", True),
        ("glazy.organic", False),
    ],
)
def test_words_that_name_the_true_host_need_no_other(words: str, *, shows: bool) -> None:
    link = read_link("https://glazy.org/r/1")
    assert isinstance(link, Link)
    assert shows_its_host(words, link) is shows


@pytest.mark.parametrize(
    ("href", "target"),
    [
        ("https://matrix.to/#/@ana:river.example", Person("@ana:river.example")),  # type: ignore[arg-type]  # an id
        ("https://matrix.to/#/#tea:river.example", Place("#tea:river.example")),
        ("https://matrix.to/#/!tea/$said?via=river.example", Place("!tea", "$said")),
        ("matrix:roomid/tea:river.example/e/said", Place("!tea:river.example", "$said")),
        ("matrix:r/tea:river.example", Place("#tea:river.example")),
        ("https://matrix.to/#/nobody", Link("https://matrix.to/#/nobody", "matrix.to")),
        ("matrix:u", None),
        ("matrix:x/y", None),
    ],
)
def test_links_inside_matrix_are_people_and_places(href: str, target: object) -> None:
    assert read_link(href) == target


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("see https://x.example/a.", ["https://x.example/a"]),
        ("(https://x.example/a_(b))", ["https://x.example/a_(b)"]),
        ("<https://x.example>, http://y.example!", ["https://x.example", "http://y.example"]),
        ("**https://x.example**", ["https://x.example"]),
        ("x.example and ftp://x.example", []),
        ("https://", []),
        ("https://.../", []),
    ],
)
def test_addresses_in_words_end_where_the_sentence_goes_on(text: str, found: list[str]) -> None:
    assert [text[begin:end] for begin, end, _ in addresses(text)] == found


@given(st.text(max_size=80), st.sampled_from(["", "https://", "http://", "mailto:", "matrix:", "https://matrix.to/#/"]))
def test_whatever_an_address_is_it_is_never_more_than_ascii_without_controls(text: str, start: str) -> None:
    target = read_link(start + text)
    if isinstance(target, Link):
        assert (target.url + target.host).isascii()
        assert (target.url + target.host).isprintable()
        assert " " not in target.url
