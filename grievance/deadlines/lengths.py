"""Lengths of time in words. A number in a sentence comes from here: from the rule or the constant that governs it, so
that a sentence never promises what the timetable does not keep."""

from datetime import timedelta

from flask import current_app
from flask_babel import LazyString, ngettext

from grievance.deadlines.dates import Rule
from grievance.extensions import Label

Length = Rule | timedelta
_DAY, _HOUR = timedelta(days=1), timedelta(hours=1)


def length(of: Length) -> str:
    """ "7 days", "15 business days" or "24 hours" in the page's language, as it stands by itself."""
    rule = _rule(of)
    if rule.unit == "h":
        return str(ngettext("%(num)d hour", "%(num)d hours", rule.count))
    if rule.unit == "b":
        return str(ngettext("%(num)d business day", "%(num)d business days", rule.count))
    return str(ngettext("%(num)d day", "%(num)d days", rule.count))


def within(of: Length) -> str:
    """ "within 7 days" in the page's language: a text of its own, because many languages bend the number's words."""
    rule = _rule(of)
    if rule.unit == "h":
        return str(ngettext("within %(num)d hour", "within %(num)d hours", rule.count))
    if rule.unit == "b":
        return str(ngettext("within %(num)d business day", "within %(num)d business days", rule.count))
    return str(ngettext("within %(num)d day", "within %(num)d days", rule.count))


def _rule(of: Length) -> Rule:
    """A constant's whole days or, where it is none, its whole hours. Raises ValueError where it is neither."""
    if isinstance(of, Rule):
        return of
    days, hours = divmod(of, _DAY), divmod(of, _HOUR)
    if hours[1]:
        raise ValueError("no whole hours")
    return Rule(hours[0], "h") if days[1] else Rule(days[0], "c")


def length_of(limit: str | timedelta) -> Label:
    """`length` of a time limit or a constant, found when a page shows it: for texts that stand in tables."""
    found: Label = LazyString(lambda: length(_governing(limit)))
    return found


def kept_in_backups() -> Label:
    """For how long what is gone still lies in the backups (`BACKUP_DAYS`), found when a page shows it."""
    found: Label = LazyString(lambda: length(current_app.config["BACKUPS_KEPT"]))
    return found


def within_of(limit: str | timedelta) -> Label:
    """`within` for a time limit or a constant, found when a page shows it."""
    found: Label = LazyString(lambda: within(_governing(limit)))
    return found


def _governing(limit: str | timedelta) -> Length:
    """The rule of procedure.toml for the key of a limit; a constant is its own."""
    if isinstance(limit, timedelta):
        return limit
    rule: Rule = current_app.extensions["timetable"].kinds[limit].rule
    return rule
