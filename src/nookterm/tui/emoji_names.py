"""Emoji by what they are called, for whoever has a keyboard with letters; loaded when the first one is looked for."""

from __future__ import annotations

from functools import cache

_FULLY_QUALIFIED = 2
_TONE = " skin tone"
_TONE_WORDS = frozenset({"light", "medium", "dark", "tone", "skin"})
"""Who writes one of these means a hand or a face in that colour, too."""


_COMMON = """
😂 ❤️ 🤣 👍 😭 🙏 😘 🥰 😍 😊 🎉 😁 💕 🥺 😅 🔥 🙂 😄 🤗 😉 🎂 🤔 👏 😎 👌 💜 😔 💪 ✨ 👀
😋 😢 👉 💯 🌹 💙 😃 😡 😜 😀 💔 😌 😬 😱 😴 🙄 😐 🌸 😈 ✌️ ☀️ 🖤 💰 👑 🎁 💥 🙋 👋 ✅ ❌
⭐ 🚀 ☕ 🍕 🐱 🐶 🌱 🌍 ⏰ 📌 📎 📷 🔒 🔑 💡 ❓ ❗ ⚠️
"""
_PLACE = {symbol: place for place, symbol in enumerate(_COMMON.split())}
"""What people take most, the most taken first: among names that fit equally well these are meant."""


def find_emoji(typed: str, most: int) -> tuple[tuple[str, str], ...]:
    """Emoji and their names for which all typed words begin a word of a name.

    Those called exactly so come first, then those whose name begins so; among equals what people take most, then the
    shortest name.
    """
    wanted = typed.casefold().replace(":", " ").replace("_", " ").split()
    if not wanted:
        return ()
    found = [
        (_rank(wanted, names), _PLACE.get(symbol, len(_PLACE)), len(names[0]), symbol, names[0])
        for symbol, names, words in (*_names(), *(_toned() if _TONE_WORDS.intersection(wanted) else ()))
        if all(any(word.startswith(one) for word in words) for one in wanted)
    ]
    return tuple((symbol, name) for _, _, _, symbol, name in sorted(found)[:most])


def emoji_called(name: str) -> str:
    """The emoji of exactly this name (`owl`, `+1`, `red_heart`); empty where none is called so."""
    wanted = name.casefold().replace("_", " ")
    fitting = [symbol for symbol, names, _ in _all() if wanted in names]
    return min(fitting, key=lambda symbol: _PLACE.get(symbol, len(_PLACE)), default="")


def _rank(wanted: list[str], names: tuple[str, ...]) -> int:
    """Names that are exactly this come first, then those that begin so."""
    typed = " ".join(wanted)
    return 0 if typed in names else 1 if any(name.startswith(typed) for name in names) else 2


_Named = tuple[tuple[str, tuple[str, ...], frozenset[str]], ...]
"""Emoji, its names with the usual one first, their words."""


@cache
def _names() -> _Named:
    return tuple(one for one in _all() if _TONE not in one[1][0])


@cache
def _toned() -> _Named:
    return tuple(one for one in _all() if _TONE in one[1][0])


@cache
def _all() -> _Named:
    import emoji

    listed = []
    for symbol, about in emoji.EMOJI_DATA.items():
        if about["status"] != _FULLY_QUALIFIED:
            continue
        names = [str(about["en"]).strip(":"), *(alias.strip(":") for alias in about.get("alias", ()))]
        words = frozenset(word for one in names for word in one.casefold().replace("-", "_").split("_") if word)
        listed.append((symbol, tuple(name.replace("_", " ").casefold() for name in names), words))
    return tuple(listed)
