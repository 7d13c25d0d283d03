"""What the policy says about a room key that came and about everybody who may read a room, kept until a fact moves."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import field
from typing import TYPE_CHECKING

from nookterm.client.errors import IdentityChanged, NotTrusted
from nookterm.domain.ids import RoomId, UserId
from nookterm.domain.records import dataclass
from nookterm.domain.safe_text import safe_line
from nookterm.matrix.hardened import HardenedOlm
from nookterm.matrix.identities import KnownIdentities
from nookterm.trust.pins import Standing
from nookterm.trust.policy import Facts, Verdict, judge, who_blocks_sending
from nookterm.trust.provenance import Provenance
from nookterm.trust.withheld import Code

if TYPE_CHECKING:
    from nio.crypto import InboundGroupSession, OlmDevice

Who = tuple[str, str]
"""User id and device id."""
_LONGEST_ID = 100
_MOST_NAMED = 3


@dataclass(frozen=True, slots=True)
class Readers:
    """Everybody who may read a room, device by device."""

    audience: frozenset[str]
    revision: int
    entitled: dict[Who, OlmDevice] = field(default_factory=dict)
    """The devices that get the keys of what is said; not this one, which made them."""
    refused: dict[Who, tuple[OlmDevice, Code]] = field(default_factory=dict)
    """Those that do not, and what they are told."""
    blocked_by: tuple[UserId, ...] = ()
    """Who has to be looked at before anything is said."""
    may_send: bool = True
    """Whether the others would be shown what this device says."""

    def check(self) -> None:
        """Let nothing leave that nobody could read, or that somebody unknown could.

        Raises:
            NotTrusted, IdentityChanged: in words for a person.
        """
        if not self.may_send:
            raise NotTrusted(
                "This device is not trusted yet: others could not read what it sends.",
                "`nookterm trust setup` or `nookterm recover` changes that.",
                code="not_trusted",
            )
        if self.blocked_by:
            names = [safe_line(user, longest=_LONGEST_ID) for user in self.blocked_by[:_MOST_NAMED]]
            more = len(self.blocked_by) - len(names)
            who = ", ".join(names) + (f" and {more} more" if more else "")
            has = "has" if len(self.blocked_by) == 1 else "have"
            raise IdentityChanged(
                f"{who} {has} another identity than before, or yours is new since you compared keys.",
                "Nothing is sent here until you have looked at that; then it goes out by itself.",
                code="identity_changed",
            )


class Verdicts:
    """Asks the policy, and nothing else."""

    def __init__(self, olm: HardenedOlm, known: KnownIdentities) -> None:
        self._olm = olm
        self._known = known
        self._me = UserId(olm.user_id)
        self._readers: dict[RoomId, Readers] = {}

    @property
    def revision(self) -> int:
        """Another number after anything that verdicts rest on may have changed."""
        return self._known.revision

    def of_key(self, room_id: RoomId, sender: UserId, key: InboundGroupSession) -> Verdict:
        """What follows for what `sender` says with this room key."""
        provenance = Provenance.SECOND_HAND if key.forwarding_chain else Provenance.DIRECT
        return judge(self._facts(sender, key, provenance), self._known.rule(room_id))

    def _facts(self, sender: UserId, key: InboundGroupSession, provenance: Provenance) -> Facts:
        ours = self._olm.account.identity_keys
        maker = key.sender_key, key.ed25519
        if maker == (ours["curve25519"], ours["ed25519"]):
            pin, here = self._known.pin(sender), sender == self._me
            return Facts(sender, pin, None, provenance=provenance, session_owner=self._me, this_device=here)
        for device in self._olm.device_store[sender].values():
            if (device.curve25519, device.ed25519) == maker:
                return self._known.all_devices.facts(sender, device, provenance=provenance)
        return self._known.all_devices.facts(sender, None, self._olm.store.owner_of(*maker), provenance)

    def readers(self, room_id: RoomId, audience: Collection[str]) -> Readers:
        """Who gets the keys of what is said in a room, and who has to be looked at first."""
        everybody = frozenset(audience)
        found = self._readers.get(room_id)
        if found is None or (found.audience, found.revision) != (everybody, self._known.revision):
            found = self._readers[room_id] = self._judge_all(room_id, everybody)
        return found

    def _judge_all(self, room_id: RoomId, audience: frozenset[str]) -> Readers:
        devices, rule = self._olm.device_store, self._known.rule(room_id)
        devices.fetch(audience)
        entitled: dict[Who, OlmDevice] = {}
        refused: dict[Who, tuple[OlmDevice, Code]] = {}
        here = (self._olm.user_id, self._olm.device_id)
        for user in map(UserId, audience):
            for name, device in devices[user].items():
                if device.deleted or (user, name) == here:
                    continue
                verdict = judge(self._known.all_devices.facts(user, device), rule)
                if verdict.sends:
                    entitled[user, name] = device
                elif verdict.withheld:
                    refused[user, name] = device, verdict.withheld
        pins = {user: self._known.pin(user) for user in map(UserId, audience) if user != self._me}
        return Readers(
            audience,
            self._known.revision,
            entitled,
            refused,
            who_blocks_sending(pins),
            may_send=self._is_trusted() or self._is_excepted(room_id),
        )

    def _is_trusted(self) -> bool:
        """Whether our own identity is proved to be ours, and has signed this device."""
        proved = self._known.pin(self._me).standing is Standing.VERIFIED
        return proved and self._known.this_device.signed_by_owner

    def _is_excepted(self, room_id: RoomId) -> bool:
        standing = self._known.pin(self._me).standing
        usual = standing in {Standing.NONE, Standing.PINNED, Standing.VERIFIED}
        return usual and self._known.rule(room_id).covers(self._me)
