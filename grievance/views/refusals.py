"""What is done with many cases, one after the other: one that is refused is named, and does not keep the others."""

from collections.abc import Callable

from flask_babel import gettext as _

from grievance.access import NoSuchCase
from grievance.forms.fields import BadInput, Refused


def refusal(reference: str, do: Callable[[], object]) -> str:
    """Why it was not done with this case, after its reference; empty where it was."""
    try:
        do()
    except NoSuchCase:
        return f"{reference}: {_('There is no such case, or it is not yours to see.')}"
    except Refused as refused:
        return f"{reference}: {refused.sentence}"
    except BadInput as bad:
        return f"{reference}: {' '.join(bad.errors.values())}"
    return ""
