"""What one can do about several accounts, as plain fields of commands (see `command_fields`)."""

from __future__ import annotations

from nookterm.tui.command_fields import Fields, everywhere, within

EVERYWHERE: tuple[Fields, ...] = (
    everywhere("accounts", "Accounts", "Your accounts: /account NAME goes to one", "/account", "alt+w"),
    everywhere("next_account", "Next account", "To the next account that is open here", "/next-account", "alt+o"),
)
SCREEN: tuple[Fields, ...] = (
    within("accounts", "add", "Add", "Sign in with one more account", "a"),
    within("accounts", "sign_out", "Sign out", "End this account's session; what is lost is said first", "o"),
    within("accounts", "close", "Close", "Let go of it here; it stays signed in", "c"),
    within("accounts", "back", "Back", "Back to the conversation", "escape"),
)
CONTEXTS = {"accounts": "Accounts"}
