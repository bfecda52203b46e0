#!/usr/bin/env bash
# standardwebhooks (the reference library in Python for signed webhooks): a message is signed with a time that is aware
# of its zone, 12:00 in Nairobi, and sent with the header of that moment.
#
# One would guess: an aware time is a moment, so 12:00+03:00 and 09:00+00:00 sign alike, and the receiver verifies it.
# What happens: `sign` replaces the zone by UTC instead of converting to it: it takes the digits of the clock and signs
# 12:00 UTC, a moment three hours later than the header says. The same library's `verify` refuses the message: "No
# matching signature found", which sends whoever looks for the mistake to the secret. A naive time, which everywhere
# else in Python is the machine's own, is taken as UTC, too.
# Why it matters here: a server whose times are in UTC signs rightly for ever; one that keeps the zone of an office, or of
# a company, fails in every message, in a test that is run in UTC in none, and in London from spring on.
# Source: seen below; in webhooks.py `timestamp.replace(tzinfo=timezone.utc)`, where `astimezone` would convert.
set -euo pipefail
folder=$(mktemp -d); trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/v"
"$folder/v/bin/pip" install -q --disable-pip-version-check standardwebhooks==1.1.0
cat > "$folder/see.py" <<'PY'
from datetime import datetime, timedelta, timezone
from importlib.metadata import version

from standardwebhooks import Webhook, WebhookVerificationError

print("standardwebhooks", version("standardwebhooks"))
webhook, body = Webhook("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"), '{"type": "something.waits"}'
now = datetime.now(timezone.utc)
for name, at in (
    ("UTC", now),
    ("Nairobi", now.astimezone(timezone(timedelta(hours=3)))),
    ("London in summer", now.astimezone(timezone(timedelta(hours=1)))),
):
    headers = {"webhook-id": "msg_1", "webhook-timestamp": str(int(at.timestamp())),
               "webhook-signature": webhook.sign("msg_1", at, body)}
    try:
        webhook.verify(body, headers)
        print(f"{name}: the same moment: {at == now}, verified")
    except WebhookVerificationError as refused:
        print(f"{name}: the same moment: {at == now}, {refused}")
PY
"$folder/v/bin/python" "$folder/see.py" | tee "$folder/seen"
diff <(tail -n +2 "$folder/seen") - <<'SEEN'
UTC: the same moment: True, verified
Nairobi: the same moment: True, No matching signature found
London in summer: the same moment: True, No matching signature found
SEEN
echo "as it was found"
