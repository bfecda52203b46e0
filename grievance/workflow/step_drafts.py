"""Words that are kept while somebody writes a step, so that nothing that was typed is lost.

They are sealed to the writer's own key: no colleague, and no server without that person's session, reads a step that
was not taken. They are no event, because nothing has happened yet.
"""

import json
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from flask_babel import gettext as _
from sqlalchemy import Delete, bindparam, delete, exists, select
from sqlalchemy.orm import aliased

from grievance import clock
from grievance.access import Person, find_case
from grievance.accounts import who_could
from grievance.accounts.keys import log
from grievance.accounts.own_key import draft_place
from grievance.crypto import envelopes
from grievance.crypto.sealing import CannotOpen, open_sealed, seal
from grievance.extensions import db
from grievance.forms.fields import Field, Kind, Refused
from grievance.models.case import Case
from grievance.models.desk import StepDraft
from grievance.models.people import SECRETARIAT_ROLES, Account, AccountStatus, Role
from grievance.record.transaction import unit_of_work
from grievance.workflow.procedure import ROWS, row_for
from grievance.workflow.visibility import version_for

LIFETIME = timedelta(days=30)
_NEVER = (Kind.FILES, Kind.HIDDEN)
"""Files are too large for it; what is hidden says what was looked at, and must be looked at again."""


@dataclass(frozen=True)
class SavedWords:
    """`answers` as they were typed. `changed`: the case is not as the writer saw it."""

    answers: dict[str, Any]
    saved_at: datetime
    changed: bool


def may_save(person: Person) -> bool:
    """Whether what this person types is kept: staff and companies, who have an account and a desk."""
    return person.role in SECRETARIAT_ROLES | {Role.COMPANY} and person.own_seed is not None


def questions(step: str, person: Person, case: Case) -> tuple[Field, ...]:
    """What a step asks this person: also where the case has moved on, because the words were written before."""
    if now := row_for(person, step, case):
        return now.asks
    roles = who_could.roles_in(person, case)
    rows = [row for row in ROWS if row.step == step and row.who & set(roles)]
    row = next((row for row in rows if case.state in row.source), rows[0] if rows else None)
    return row.asks if row else ()


def save(
    person: Person, reference: str, step: str, raw: Mapping[str, Any], version: int | None = None
) -> datetime | None:
    """Keep what was typed in place of what was kept before; None where nothing is typed, and then nothing is kept.

    `raw`: the answers as they were sent. `version`: of the case that the writer saw. Raises `NoSuchCase`, `Refused`.
    """
    now = clock.now()
    with unit_of_work(effect=False) as session:
        case = find_case(person, reference)
        account = session.get_one(Account, person.account_id, with_for_update=True)  # two tabs, one after the other
        asked = questions(step, person, case)
        if not may_save(person) or not asked or case.erased_at or account.public_key is None:
            raise Refused(_("Nothing can be kept for this step."))
        answers = {f.name: raw[f.name] for f in asked if raw.get(f.name) and f.kind not in _NEVER}
        _forget(person, case, slot(step, answers))
        if not answers.keys() - {"audience"}:
            return None
        draft = StepDraft(account_id=account.id, case_id=case.id, slot=slot(step, answers), saved_at=now)
        draft.case_version = version_for(person, case) if version is None else version
        _seal(draft, log.own_key(account), answers)
        session.add(draft)
    return now


def slot(step: str, answers: Mapping[str, Any]) -> str:
    """Under what words are kept: the step, and apart for each audience."""
    return f"{step}:{answers['audience']}"[:60] if answers.get("audience") else step


def _seal(draft: StepDraft, public_key: bytes, answers: Mapping[str, Any]) -> None:
    """Under a fresh key, so that the padding hides how much was written."""
    key = secrets.token_bytes(32)
    draft.sealed_key = envelopes.seal_to(public_key, key, draft_place(draft))
    draft.sealed = seal(key, json.dumps(answers, ensure_ascii=True).encode(), draft_place(draft))


def load(person: Person, case: Case, where: str) -> SavedWords | None:
    """What this person wrote under a slot and did not send. None where there is nothing, or where it was sealed to
    a key that the person no longer has (a forgotten password makes a new one)."""
    draft = db.session.get(StepDraft, (person.account_id, case.id, where)) if may_save(person) else None
    if draft is None or person.own_seed is None:
        return None
    try:
        key = envelopes.open_with(person.own_seed, draft.sealed_key, draft_place(draft))
        answers = json.loads(open_sealed(key, draft.sealed, draft_place(draft)))
    except CannotOpen:
        return None
    return SavedWords(answers, draft.saved_at, draft.case_version != version_for(person, case))


def saved_since(person: Person, case: Case) -> dict[str, datetime]:
    """The slots of this case under which this person has words, and since when; nothing is opened."""
    query = select(StepDraft.slot, StepDraft.saved_at).where(
        StepDraft.account_id == person.account_id, StepDraft.case_id == case.id
    )
    return {slot: saved_at for slot, saved_at in db.session.execute(query)}  # noqa: C416  rows are no pairs to mypy


def throw_away(person: Person, reference: str, where: str) -> None:
    """Forget what this person wrote under a slot. Raises `NoSuchCase`."""
    with unit_of_work(effect=False):
        _forget(person, find_case(person, reference), where)


def forget_sent(person: Person, case: Case, step: str, raw: Mapping[str, Any]) -> None:
    """The step was taken or proposed. Part of the caller's transaction."""
    if may_save(person):
        _forget(person, case, slot(step, raw))


def _forget(person: Person, case: Case, where: str) -> None:
    db.session.execute(
        delete(StepDraft).where(
            StepDraft.account_id == person.account_id, StepDraft.case_id == case.id, StepDraft.slot == where
        )
    )


def _old() -> Delete:
    left = exists(select(Account.id).where(Account.id == StepDraft.account_id, Account.status == AccountStatus.LEFT))
    written = aliased(StepDraft)  # few: from them to their cases, never through all cases
    erased = select(written.case_id).join(Case, Case.id == written.case_id).where(Case.erased_at.is_not(None))
    gone = left | StepDraft.case_id.in_(erased)
    return delete(StepDraft).where((StepDraft.saved_at <= bindparam("kept_since")) | gone)


FORGET_OLD = _old()
"""Words that nobody sent for a month, of who left, and of cases that were erased meanwhile. `kept_since`: an aware
time, `KEPT_FOR` ago."""
