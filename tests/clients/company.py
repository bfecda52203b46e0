"""A company's program over the client that was generated from its description. Prints what it has in hand.

Called by tests/clients/test_generated.py as `company.py ADDRESS TOKEN FILE`.
"""

import json
import sys
from io import BytesIO
from pathlib import Path

from generated.api.cases import get_case, get_file, list_cases
from generated.api.steps import acknowledge, add_files, answer, comment_on_draft, contest_referral, propose_remedy
from generated.client import AuthenticatedClient
from generated.models import (
    AcknowledgeBody,
    AddFilesBody,
    AnswerBody,
    Case,
    Cases,
    CommentOnDraftBody,
    ContestReferralBody,
    ContestReferralBodyGround,
    Problem,
    ProposeRemedyBody,
)
from generated.models import ProposeRemedyBodyKind as Kind
from generated.types import File

address, token, path = sys.argv[1:]
client = AuthenticatedClient(base_url=address, token=token, raise_on_unexpected_status=True)
listed = list_cases.sync(client=client)
assert isinstance(listed, Cases)
reference = listed.cases[0].reference
read = get_case.sync(reference, client=client)
assert isinstance(read, Case)
body = AcknowledgeBody(contact="Our desk", undertakes=True)
done = acknowledge.sync(reference, client=client, body=body, idempotency_key="erp-7f3a9c20bd41aa")
assert isinstance(done, Case)
said = AnswerBody(facts="It is so.", steps="We asked.", position="We agree.", offer="The wages.", prevention="A list.")
answered = answer.sync(reference, client=client, body=said)
assert isinstance(answered, Case)
plan = AddFilesBody(files=[File(payload=BytesIO(Path(path).read_bytes()), file_name="plan.txt")])
added = add_files.sync(reference, client=client, body=plan)
assert isinstance(added, Case)
(name,) = [one for message in added.messages for one in message.files]
given = get_file.sync(reference, name.id, client=client)
assert isinstance(given, File)
remedy = ProposeRemedyBody(kind=Kind.COMPENSATION, promise="x", deliverer="x", due_on="soon", proof="x", no_waiver=True)
refused = propose_remedy.sync(reference, client=client, body=remedy)
assert isinstance(refused, Problem)
early = comment_on_draft.sync(reference, client=client, body=CommentOnDraftBody(comment="The date is wrong."))
assert isinstance(early, Problem)
ours = ContestReferralBody(ground=ContestReferralBodyGround.SITE, words="Another company guards this gate.")
late = contest_referral.sync(reference, client=client, body=ours)
assert isinstance(late, Problem)
print(json.dumps({
    "reference": reference, "packet": read.packet is not None, "possible": [str(one) for one in done.possible],
    "steps": [message.step for message in added.messages], "file": given.payload.read().decode(),
    "refused": [refused.status, refused.errors[0].field],
    "too_early": early.status, "answered_already": late.status,
}))  # fmt: skip
