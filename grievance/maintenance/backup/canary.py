"""The canary: a case of nobody, whose receipt lies with the server keys, so that a drill can open something.

It is closed from the start and marked as taken over from a register, so that it waits in no queue, owes nothing and
is told to nobody. Its words and its file are sealed as a complainant's are.
"""

import json
import os
import secrets
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path

from sqlalchemy import select

from grievance.access import CLOCK, NoSuchCase, WrongKey, find_case, opened
from grievance.accounts.new_case import new_reference, seal_master, sealed_to
from grievance.accounts.receipts import named, person_with, receipt_envelope, receipt_keys, with_new_seed
from grievance.crypto import receipt_codes
from grievance.crypto.compartments import CaseKeys, Compartment, complainant_key, new_master
from grievance.crypto.sealing import CannotOpen
from grievance.crypto.streams import SealingSpool, open_stream
from grievance.extensions import db
from grievance.forms.fields import Upload
from grievance.maintenance.backup import BackupError
from grievance.models.case import CANARY, Case, Channel, State
from grievance.models.keys import Holder
from grievance.models.writing import Writing
from grievance.record import chain, files
from grievance.record.transaction import unit_of_work
from grievance.record.writings import read_writing
from grievance.storage.folder import sync_folder
from grievance.workflow.context import StepContext

WORDS = "This is no complaint. It is the canary of the restore drills, and nobody has to do anything. It says: "


@dataclass(frozen=True)
class Canary:
    """What the file keeps: where the case is, what opens it, and what it says then."""

    reference: str
    receipt: str
    says: str


def ensure(path: Path, now: datetime) -> Canary:
    """The canary whose receipt this file holds; filed now where there is no such file. Raises `BackupError`, and
    `Refused` while the office has no complete keys."""
    if not path.exists():
        return _file(path, now)
    try:
        return Canary(**json.loads(path.read_text("utf-8")))
    except (TypeError, ValueError):
        raise BackupError(
            f"The file of the canary, {path}, cannot be read. Remove it to have a new one filed."
        ) from None


def filed_at(canary: Canary) -> datetime | None:
    """When this office filed it; None where the file is another office's, or the case is gone."""
    return db.session.scalar(select(Case.received_at).where(Case.reference == canary.reference))


def _file(path: Path, now: datetime) -> Canary:
    """The receipt is on disk before the case is: a case without it could never be opened by anybody's drill."""
    says, code = WORDS + secrets.token_hex(8), receipt_codes.make()
    keys = receipt_keys(code)  # slow on purpose: outside the transaction
    stream = SealingSpool()
    stream.write(says.encode())
    raw = {"files": [Upload("canary.txt", stream)]}
    canary = Canary(new_reference(), code, says)
    with files.placed(raw), unit_of_work():
        _keep(path, canary)
        try:
            _store(canary, keys, raw["files"], now)
        except BaseException:
            path.unlink()
            raise
    return canary


def _store(canary: Canary, keys: receipt_codes.ReceiptKeys, uploads: list[Upload], now: datetime) -> None:
    """As an imported case, but with a receipt. Part of the caller's transaction."""
    master = new_master()
    case = Case(
        id=chain.new_id(),
        reference=canary.reference,
        state=State.CLOSED,
        channel=Channel.REGISTER,
        language="en",
        topics=[],
        received_at=now,
        closed_at=now,
        register_key=CANARY + secrets.token_hex(16),
    )
    db.session.add(case)
    db.session.flush()
    seal_master(case, master)
    made = receipt_envelope(case, with_new_seed(complainant_key(master)), keys, Holder.COMPLAINANT, now)
    context = StepContext(case, CLOCK, {}, now, now, CaseKeys.from_master(master))
    kept = files.described(uploads)
    files.note(context.seal(Compartment.CORRESPONDENCE, "imported", {"account": canary.says, "files": kept}), kept)
    facts = {"state": State.CLOSED.value, "canary": True} | named(made) | sealed_to()
    sealed = [w.sealed for w in context.writings]
    chain.append(case, "imported", CLOCK, now, now, facts, sealed, number=context.event_id)


def _keep(path: Path, canary: Canary) -> None:
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    with open(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
        json.dump(asdict(canary), file)
        file.flush()
        os.fsync(file.fileno())
    sync_folder(path.parent)


def faults(canary: Canary) -> list[str]:
    """Open the canary here as its owner would, by the receipt alone; what is wrong with it, as sentences."""
    try:
        person = person_with(canary.receipt)
        if person is None:
            return ["The canary's receipt opens nothing here: the PEPPER is another, or the backup is older than it."]
        case = find_case(person, canary.reference)
        keys = opened(person, case)
        account = db.session.scalars(select(Writing).where(Writing.case_id == case.id)).one()
        said = read_writing(keys, account)["account"]
        (kept, _where), *_more = files.of_case(case, keys)
        with files.store().get(kept.id) as source:
            filed = b"".join(open_stream(bytes.fromhex(kept.key), kept.id, source)).decode()
    except (CannotOpen, NoSuchCase, WrongKey, receipt_codes.BadReceipt, OSError) as fault:
        return [f"The canary cannot be opened ({type(fault).__name__})."]
    return [] if said == filed == canary.says else ["The canary says something else than it was told."]
