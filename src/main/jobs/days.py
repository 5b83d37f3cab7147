"""Which days a run works on, and which ones a lake no longer keeps. Days are UTC's, written YYYY-MM-DD."""

import datetime
import re

EXPECTED = "a date of UTC as YYYY-MM-DD, a range as FIRST..LAST, or nothing for yesterday"


class Days:
    """The settings of days, and what follows from them."""

    def __init__(self, settings):
        self.given = given(settings)
        self.catch_up = settings.number("CATCH_UP_DAYS", 0, 366, 0)
        self._keep = settings.number("KEEP_DAYS", 0, 36500, 0)
        self.dry_run = settings.text("KEEP_DRY_RUN", "true or false", "true|false", "false") == "true"

    def wanted(self, done):
        """
        The days to work on, oldest first: the given ones, else yesterday and those before it that were missed since the
        lake's first day.

        :param done: the days that are in the lake
        """
        if self.given:
            return self.given
        yesterday = str(today() - datetime.timedelta(days=1))
        since = max(min([*done, yesterday]), shifted(yesterday, -self.catch_up), self.oldest())
        return [day for day in between(since, yesterday) if day not in done or day == yesterday]

    def oldest(self, more=0):
        """The first day that is not too old to keep; an empty text if all are kept."""
        return shifted(str(today()), -self._keep - more) if self._keep else ""

    def expired(self, done, more=0):
        """
        The days in a lake that are too old to keep.

        :param more: how many days to keep besides
        """
        return [day for day in sorted(done) if day < self.oldest(more)]


def given(settings):
    value = settings.environment.get("BUSINESS_DATE")
    if not value:
        return []
    ends = [parsed(end, value, settings) for end in value.split("..", 1)]
    if not all(ends):
        return []
    if ends[0] > ends[-1]:
        settings.problems.append(f"BUSINESS_DATE '{value}': expected the first date before the last, found it after")
    return between(ends[0], ends[-1])


def parsed(text, value, settings):
    try:
        date = datetime.datetime.strptime(text, "%Y-%m-%d").date()
        if str(date) != text:
            raise ValueError(text)
        if date > today():
            settings.problems.append(f"BUSINESS_DATE '{value}': expected {EXPECTED}, found a day of the future")
        return text
    except ValueError:
        hint = "; Kubernetes runs no $(command) in a value: leave it empty" if re.search(r"[$`]", value) else ""
        settings.problems.append(f"BUSINESS_DATE {value!r}: expected {EXPECTED}, found something else{hint}")
        return None


def today():
    return datetime.datetime.now(datetime.timezone.utc).date()


def shifted(day, days):
    return str(datetime.date.fromisoformat(day) + datetime.timedelta(days=days))


def between(first, last):
    """All days from the first to the last."""
    count = (datetime.date.fromisoformat(last) - datetime.date.fromisoformat(first)).days
    return [shifted(first, n) for n in range(count + 1)]
