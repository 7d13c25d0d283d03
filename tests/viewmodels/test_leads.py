"""Where a message leads: all of its ways, by where they truly lead, and none twice."""

from __future__ import annotations

from dataclasses import replace

from nookterm.domain.ids import EventId, UserId
from nookterm.formatting.reading import read_html
from nookterm.viewmodels.completing import emoji_typed, in_code
from nookterm.viewmodels.leads import LeadKind, leads_of, person_of
from nookterm.viewmodels.timeline import Words

SAID = Words(EventId("$e"), "Bo", UserId("@bo:x"), 1, "09:00", "")


def test_links_of_the_form_and_of_the_body_are_found_with_their_true_host_and_none_twice() -> None:
    html = (
        '<p>see <a href="https://evil.example/x">https://good.example</a> and <a href="https://a.example/">a</a></p>'
        '<ul><li><a href="https://matrix.to/#/@cy:river.example">Cy</a></li></ul>'
        "<blockquote>https://plain.example/page</blockquote>"
    )
    body = "see https://a.example/ or https://matrix.to/#/!room:x/$m and that."
    found = leads_of(replace(SAID, body=body, formatted=read_html(html), attachment="tiles.jpg  picture"))

    assert [(lead.kind, lead.where) for lead in found] == [
        (LeadKind.FILE, "tiles.jpg  picture"),
        (LeadKind.PAGE, "evil.example"),
        (LeadKind.PAGE, "a.example"),
        (LeadKind.PERSON, "@cy:river.example"),
        (LeadKind.PAGE, "plain.example"),
        (LeadKind.ROOM, "a message in !room:x"),
    ]
    assert found[1].words == "https://good.example"
    assert person_of(found[3]) == "@cy:river.example"


def test_a_hostile_link_leads_nowhere_and_a_thousand_links_are_not_all_listed() -> None:
    html = '<a href="javascript:alert(1)">x</a> <a href="file:///etc/passwd">y</a>'
    assert leads_of(replace(SAID, formatted=read_html(html))) == ()
    many = " ".join(f"https://h{number}.example" for number in range(1000))
    assert len(leads_of(replace(SAID, body=many))) == 50


def test_a_name_between_colons_is_an_emoji_but_not_in_code_nor_in_a_word() -> None:
    assert emoji_typed("well :owl:") == ":owl:"
    assert emoji_typed("(:+1:") == ":+1:"
    assert not any(emoji_typed(text) for text in ("at 10:30:", "x:owl:", "`a :owl:", "```\n:owl:", ":D:", "::"))
    assert emoji_typed("`code` :owl:") == ":owl:"
    assert in_code("~~~\na") is True
    assert in_code("```\na\n```\nb") is False
