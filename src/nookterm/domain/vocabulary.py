"""Every event type and key of our own, from one prefix (docs/adr/0005); readers ignore versions they do not know."""

from __future__ import annotations

from typing import Final

PREFIX: Final = "org.nookterm"
VERSION: Final = 1
"""The `v` that we write. A reader that meets another `v` treats the block as absent."""

CHARTER: Final = f"{PREFIX}.charter"
"""State of a nook, key "": what it is for, whom, its questions and its cap."""
ENTRY: Final = f"{PREFIX}.entry"
"""State of a space, key = nook room id: the charter's copy that people outside the nook can read."""
HIGHLIGHTS: Final = f"{PREFIX}.highlights"
"""State of a space, key "": which room carries its highlights."""
FACILITATION: Final = f"{PREFIX}.facilitation"
"""State of a nook or space, key "": its facilitators' room."""
FACILITATES: Final = f"{PREFIX}.facilitates"
"""State of a facilitators' room, key = nook or space room id: the way back of `FACILITATION`."""

ACT: Final = f"{PREFIX}.act"
"""Block of a message in the facilitators' room: a human act on a case."""
ANSWERS: Final = f"{PREFIX}.answers"
"""Block of an encrypted message in a vetting room: the applicant's answers."""
WORD: Final = f"{PREFIX}.word"
"""Block of an encrypted message in a vetting room: how the request stands, told to its applicant."""
VETTING: Final = f"{PREFIX}.vetting"
"""State of a vetting room, key "": which nook it vets for, and whose request."""
HIGHLIGHT: Final = f"{PREFIX}.highlight"
"""Block of a message in the highlights room: a highlight."""
HIGHLIGHT_REQUEST: Final = f"{PREFIX}.highlight.request"
HIGHLIGHT_CONSENT: Final = f"{PREFIX}.highlight.consent"
HIGHLIGHT_PUBLISHED: Final = f"{PREFIX}.highlight.published"
"""Block in the nook: somebody begins to publish (with the key of the proof), and later which event the copy became."""
HIGHLIGHT_ENDED: Final = f"{PREFIX}.highlight.ended"
"""Block in the nook: a published copy has been taken down."""

ASK: Final = f"{PREFIX}.ask"
"""Block of an encrypted message in a nook: its author asks for help, whatever its words end in."""
CARE: Final = f"{PREFIX}.care"
"""State of a nook, key = a member's own id: they wish to be noticed when they are away. Nobody else may write it."""
KNOWS: Final = f"{PREFIX}.knows"
"""State of a nook, key = a member's own id: what they know about. Kept free for it from the start."""
REPORT: Final = f"{PREFIX}.report"
"""Block of an encrypted message in a room of its own: a member reports a message of a nook."""

UNSIGNED: Final = f"{PREFIX}.unsigned"
"""Block of an encrypted message by which a facilitator lets unsigned devices take part in a room, or ends that."""
