"""The forms in which a person reads times and dates: their settings over what the system's language says."""

from __future__ import annotations

import contextlib
import locale
from collections.abc import Mapping

from nookterm.client.settings import Settings
from nookterm.domain.forms import Forms, Locale, forms

_NAMES = ("LC_ALL", "LC_TIME", "LANG")
_NEUTRAL = frozenset({"", "C", "POSIX", "C.UTF-8", "C.utf8"})


def system_locale(environ: Mapping[str, str]) -> Locale:
    """What the environment's language says of times and dates; a system that does not have it says its name only.

    Nothing else in this process is changed by asking. Ask before there are threads: a locale is everybody's.
    """
    name = next((environ[key] for key in _NAMES if environ.get(key)), "")
    if name in _NEUTRAL:
        return Locale()
    before = locale.setlocale(locale.LC_TIME)
    try:
        locale.setlocale(locale.LC_TIME, name)
        return Locale(locale.nl_langinfo(locale.T_FMT), locale.nl_langinfo(locale.D_FMT), name)
    except locale.Error:
        return Locale(name=name)
    finally:
        with contextlib.suppress(locale.Error):
            locale.setlocale(locale.LC_TIME, before)


def forms_of(settings: Settings, system: Locale) -> Forms:
    """The forms that hold."""
    return forms(settings.text("clock"), settings.text("dates"), settings.text("week"), system)
