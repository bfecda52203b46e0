"""A hotline's program over the client that was generated: files, reads, writes, answers. Prints what it has in hand.

Called by tests/clients/test_generated.py as `hotline.py ADDRESS RECEIPT`; RECEIPT is that of a case with a remedy.
"""

import json
import sys

from generated.api.filing import file_complaint
from generated.api.following import answer_remedy, follow_case, write_message
from generated.client import AuthenticatedClient, Client
from generated.models import (
    AnswerRemedyBody,
    AnswerRemedyVerb,
    Case,
    FileComplaintBody,
    FileComplaintBodyCouldHarm,
    Filed,
    Problem,
    WriteMessageBody,
)

address, other = sys.argv[1:]
anybody = Client(base_url=address, raise_on_unexpected_status=True)

complaint = FileComplaintBody(account="They pushed me at the gate.", could_harm=FileComplaintBodyCouldHarm.NO)
filed = file_complaint.sync(client=anybody, body=complaint, idempotency_key="hotline-7f3a9c20bd41")
assert isinstance(filed, Filed)
hers = AuthenticatedClient(base_url=address, token=filed.receipt)
read = follow_case.sync(client=hers)
assert isinstance(read, Case)
written = write_message.sync(client=hers, body=WriteMessageBody(message="In the evening."))
assert isinstance(written, Case)

theirs = AuthenticatedClient(base_url=address, token=other)
accepted = answer_remedy.sync(1, AnswerRemedyVerb.ACCEPT, client=theirs, body=AnswerRemedyBody())
assert isinstance(accepted, Case)
refused = answer_remedy.sync(1, AnswerRemedyVerb.ACCEPT, client=theirs, body=AnswerRemedyBody())
assert isinstance(refused, Problem)

said = [answer for message in written.messages for _question, answer in message.says]
print(json.dumps({
    "receipt": filed.receipt, "reference": read.reference, "state": read.state, "due": read.next_[0].due_on.isoformat(),
    "said": said, "remedy": accepted.remedies[0].status, "refused": [refused.status, refused.errors[0].field],
}))  # fmt: skip
