"""What an officer reads of a file's copy before it is shared, and why there is none."""

from collections.abc import Mapping

from flask_babel import gettext as _
from flask_babel import ngettext

from grievance.evidence.notes import Note
from grievance.evidence.refusals import MINUTES
from grievance.evidence.types import is_recording, why_no_copy
from grievance.extensions import lazy_gettext as _l
from grievance.forms.fields import StoredFile

STILL_HEARD = _l("faces, number plates, voices and what is said are still in the copy: watch or listen to all of it")


def taken(notes: Mapping[str, int]) -> str:
    """ "3 hidden sheets, 14 tracked deletions: taken out", and what is still to be looked at."""
    gone = [words for note, words in _gone(notes).items() if notes.get(note)]
    said = [str(_("%(what)s: taken out", what=", ".join(gone)))] if gone else []
    return "; ".join([*said, *(words for note, words in _left(notes).items() if notes.get(note))])


def no_copy(why: str) -> str:
    cause = why_no_copy(why)
    if not cause:
        return str(_("no clean copy can be made"))
    return str(_("no clean copy can be made: %(cause)s", cause=cause))


def to_share(file: StoredFile) -> str:
    """Its name, with what whoever shares it has to know."""
    said = no_copy(file.why) if file.copy is None else taken(file.copy.taken)
    if file.copy and is_recording(file.copy.kind):
        said = "; ".join(filter(None, (said, str(STILL_HEARD))))
    return f"{file.name} ({said})" if said else file.name


def _gone(found: Mapping[str, int]) -> dict[Note, str]:
    n = {note: found.get(note, 0) for note in Note}
    return {
        Note.HIDDEN_SHEETS: ngettext("%(num)d hidden sheet", "%(num)d hidden sheets", n[Note.HIDDEN_SHEETS]),
        Note.DELETIONS: ngettext("%(num)d tracked deletion", "%(num)d tracked deletions", n[Note.DELETIONS]),
        Note.HIDDEN_WORDS: ngettext(
            "%(num)d passage of hidden words", "%(num)d passages of hidden words", n[Note.HIDDEN_WORDS]
        ),
        Note.COMMENTS: ngettext("%(num)d comment", "%(num)d comments", n[Note.COMMENTS]),
        Note.HIDDEN_ROWS: ngettext("%(num)d hidden row", "%(num)d hidden rows", n[Note.HIDDEN_ROWS]),
        Note.HIDDEN_COLUMNS: ngettext("%(num)d hidden column", "%(num)d hidden columns", n[Note.HIDDEN_COLUMNS]),
        Note.HIDDEN_SLIDES: ngettext("%(num)d hidden slide", "%(num)d hidden slides", n[Note.HIDDEN_SLIDES]),
        Note.SPEAKER_NOTES: ngettext(
            "%(num)d page of speaker's notes", "%(num)d pages of speaker's notes", n[Note.SPEAKER_NOTES]
        ),
        Note.FIELDS: ngettext("%(num)d field code", "%(num)d field codes", n[Note.FIELDS]),
        Note.FORMULAS: ngettext("%(num)d formula", "%(num)d formulas", n[Note.FORMULAS]),
        Note.NAMES: ngettext("%(num)d named range", "%(num)d named ranges", n[Note.NAMES]),
        Note.PIVOTS: ngettext("%(num)d pivot table", "%(num)d pivot tables", n[Note.PIVOTS]),
        Note.OBJECTS: ngettext("%(num)d embedded object", "%(num)d embedded objects", n[Note.OBJECTS]),
        Note.FETCHED: ngettext(
            "%(num)d link that opens by itself", "%(num)d links that open by themselves", n[Note.FETCHED]
        ),
        Note.PEOPLE: ngettext("%(num)d name or address", "%(num)d names or addresses", n[Note.PEOPLE]),
        Note.PATHS: ngettext("%(num)d user's name in a path", "%(num)d users' names in paths", n[Note.PATHS]),
        Note.ATTACHMENTS: ngettext("%(num)d attachment", "%(num)d attachments", n[Note.ATTACHMENTS]),
        Note.TRACKS: ngettext("%(num)d further track", "%(num)d further tracks", n[Note.TRACKS]),
    }


def _left(found: Mapping[str, int]) -> dict[Note, str]:
    n = {note: found.get(note, 0) for note in Note}
    return {
        Note.PALE_WORDS: ngettext(
            "%(num)d passage in white or very small letters is still there: look at it",
            "%(num)d passages in white or very small letters are still there: look at them",
            n[Note.PALE_WORDS],
        ),
        Note.CROPPED: ngettext(
            "%(num)d picture is cropped, and what was cut off is still there",
            "%(num)d pictures are cropped, and what was cut off is still there",
            n[Note.CROPPED],
        ),
        Note.AS_PICTURES: _("its pages are there as pictures, because words may be hidden in it"),
        Note.FURTHER_PICTURES: ngettext(
            "the file holds %(num)d more picture, which is not in the copy",
            "the file holds %(num)d more pictures, which are not in the copy",
            n[Note.FURTHER_PICTURES],
        ),
        Note.CUT: _("it ends after %(number)s minutes: the file is longer", number=MINUTES),
        Note.SMALLER: _("it was made smaller: the file shows more detail"),
    }
