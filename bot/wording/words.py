"""Words: one language's texts, numbers and times, as a person of that language writes them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, tzinfo
from functools import cache
from typing import TYPE_CHECKING, Final

from bot import language as languages
from bot.language.calendar import WEEKDAYS
from bot.wording import direction
from bot.wording.marks import N_, Plural

if TYPE_CHECKING:
    from babel import Locale

DATE_AND_TIME: Final = N_("{date}, {time}")
_REGIONS: Final = {"en": "en_GB"}  # the day before the month, and 24 hours, as the rest of the world writes them


@dataclass(frozen=True, slots=True, kw_only=True)
class Words:
    """One language's texts.  Values are put in as they are: whoever writes HTML escapes them first.  A value that runs
    in the other direction is isolated; digits are always 0 to 9, so that they can be typed back."""

    language: str
    texts: Mapping[str, str]
    plurals: Mapping[Plural, tuple[str, ...]]
    form: Callable[[int], int]

    @property
    def is_rtl(self) -> bool:
        return languages.is_rtl(self.language)

    def say(self, english: str, /, **values: object) -> str:
        """Only `{name}` is filled in; a value's own braces stay as they are."""
        return self.put(self.texts.get(english) or english, **values)

    def count(self, texts: Plural, count: int, /, **values: object) -> str:
        """The form that this language uses for the number; `{count}` is the number."""
        forms = self.plurals.get(texts)
        text = forms[min(self.form(count), len(forms) - 1)] if forms else texts[count != 1]
        return self.put(text, **{"count": self.number(count), **values})

    def put(self, text: str, /, **values: object) -> str:
        """`say` for a text that is translated already."""
        return direction.fill(text, values, rtl=self.is_rtl)

    def lines(self, html: str) -> str:
        """A message made of several texts, each line beginning on this language's side."""
        return direction.lead(html) if self.is_rtl else html

    def listed(self, things: Iterable[str]) -> str:
        """ "a, b", with the comma of the script."""
        return ("، " if self.is_rtl else "、" if self.language == "zh-Hans" else ", ").join(things)

    def number(self, number: int) -> str:
        """Grouped as the language does: "12,345", "12 345", "12.345", "1,23,456"."""
        if -1000 < number < 1000:
            return str(number)
        from babel.numbers import format_decimal  # Babel's part takes longer to load than most commands take to run

        return format_decimal(number, locale=self._locale(), numbering_system="latn")

    def time(self, moment: datetime) -> str:
        """ "14:05" in the zone that `moment` carries."""
        from babel.dates import format_skeleton

        return format_skeleton("Hm", moment, locale=self._locale())

    def date(self, moment: datetime) -> str:
        """ "9 Dec" in the zone that `moment` carries."""
        from babel.dates import format_skeleton

        return format_skeleton("MMMd", moment, locale=self._locale())

    def weekdays(self, days: Sequence[int]) -> str:
        """ "Mon, Wed", "Mon–Fri": short names, 0 is Monday; three days in a row and more are joined.  From our own
        table: with Babel 2.18, names that a locale inherits become Urdu's once Urdu was loaded."""
        names = [_short(forms) for forms in WEEKDAYS[self.language]]
        runs: list[list[int]] = []
        for day in sorted(days):
            if runs and runs[-1][-1] == day - 1:
                runs[-1].append(day)
            else:
                runs.append([day])
        shown = [
            part
            for run in runs
            for part in ([f"{names[run[0]]}–{names[run[-1]]}"] if len(run) > 2 else [names[day] for day in run])
        ]
        return self.listed(shown)

    def weekday(self, moment: datetime) -> str:
        """ "Tue, 9 Dec" in the zone that `moment` carries."""
        from babel.dates import format_skeleton

        return format_skeleton("MMMEd", moment, locale=self._locale())

    def date_time(self, moment: datetime) -> str:
        """ "9 Dec, 14:05" in the zone that `moment` carries."""
        return self.say(DATE_AND_TIME, date=self.date(moment), time=self.time(moment))

    def moment(self, at: datetime, zone: tzinfo) -> str:
        """HTML: day and time, which each client shows in its own zone and language; ours in `zone` for the others."""
        return tg_time(at, "Dt", self.date_time(at.astimezone(zone)))

    def day(self, at: datetime, zone: tzinfo) -> str:
        """HTML: the day, shown as `moment` is."""
        return tg_time(at, "D", self.date(at.astimezone(zone)))

    def city(self, zone: str) -> str:
        """A time zone's city as the language writes it: "Asia/Karachi" → "کراچی"; else by its own name."""
        named = self._locale().time_zones
        found: Mapping[str, str] = named.get(zone) or next(
            (named[old] for old in _old_names().get(zone, ()) if old in named), {}
        )
        return str(found.get("city") or zone.rpartition("/")[2].replace("_", " "))

    def tongue(self, tag: str) -> str:
        """A language by its name in this one: "German", "Portugais (Brésil)"."""
        from babel import Locale

        return Locale.parse(tag, sep="-").get_display_name(self._locale()) or tag

    def since(self, at: datetime, now: datetime) -> str:
        """HTML: how long ago, which clients keep up to date: "3 hours ago"."""
        return tg_time(at, "r", self._span((now - at).total_seconds(), directed=True))

    def ago(self, seconds: float) -> str:
        """Short, without a direction, for lists and buttons: "5 min", "3 hr", "2 days"."""
        return self._span(seconds, directed=False)

    def _span(self, seconds: float, *, directed: bool) -> str:
        from babel.dates import format_timedelta

        return format_timedelta(
            -max(60, round(seconds)) if directed else max(60, round(seconds)),
            granularity="minute",
            threshold=1,
            format="long" if directed else "short",
            add_direction=directed,
            locale=self.language.replace("-", "_"),
        )

    def _locale(self) -> Locale:
        from babel import Locale

        return Locale.parse(_REGIONS.get(self.language, self.language.replace("-", "_")))


@cache
def _old_names() -> dict[str, list[str]]:
    """CLDR keeps a zone under the name that it had first: "Asia/Calcutta"."""
    from babel.core import get_global

    names: dict[str, list[str]] = {}
    for old, new in get_global("zone_aliases").items():
        names.setdefault(str(new), []).append(str(old))
    return names


def _short(forms: str) -> str:
    """The second form of a day's name where it is a word."""
    long, *others = forms.split("|")
    return others[0] if others and not others[0][0].isdecimal() else long


def tg_time(at: datetime, form: str, shown: str) -> str:
    """Telegram's tag for a time (Bot API 9.5): `form` is "r" for how long ago, else letters of "wdDtT"; `shown` where
    a client does not know the tag."""
    return f'<tg-time unix="{int(at.timestamp())}" format="{form}">{shown}</tg-time>'
