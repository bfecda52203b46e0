#!/usr/bin/env bash
# Python's smpplib, whose `gsm` module turns a text into the phones' 7-bit alphabet, and a server that reads it.
#
# One would guess: a character that GSM 03.38 does not have makes `gsm_encode` raise UnicodeError, and `make_parts` goes
# over to UCS-2, as it does for ç, ê and ’. The alphabet has no backtick, and it has a section sign (§, number 5F).
# What happens: the table of the library writes a backtick wherever it has nothing, first of all at 5F, the place of §.
# So a backtick is no error: it goes out as 5F, and the phone shows §. And § itself, which would need one septet, is
# "not in the alphabet": the whole message becomes UCS-2, 70 characters instead of 160.
# Why it matters here: the count that decides whether a text fits one part, and the very text that somebody was shown
# before they chose it, must come from a table of one's own. What arrives is looked at with another library.
# Source: 3GPP TS 23.038, 6.2.1 (the default alphabet: 5F is §, no ` anywhere, nor in the extension table).
# Loopback only; the port is drawn by the system.
set -euo pipefail
folder=$(mktemp -d); trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/v"
"$folder/v/bin/pip" install -q --disable-pip-version-check smpplib==2.2.4
cd "$folder"; npm install --silent --no-fund --no-audit smpp@0.5.1 >/dev/null 2>&1
cat > "$folder/reads.js" <<'JS'
const smpp = require('smpp');
const server = smpp.createServer(session => {
  session.on('error', () => {});
  session.on('bind_transmitter', pdu => session.send(pdu.response()));
  session.on('unbind', pdu => { session.send(pdu.response()); session.close(); });
  session.on('submit_sm', pdu => {
    console.log(`coding ${pdu.data_coding} arrives ${pdu.short_message.message}`);
    session.send(pdu.response({message_id: '1'}));
  });
});
server.listen(0, '127.0.0.1', () => console.log(server.address().port));
JS
cat > "$folder/see.py" <<'PY'
import subprocess
import sys
from importlib.metadata import version

from smpplib import consts, gsm
from smpplib.client import Client

reader = subprocess.Popen(["node", "reads.js"], stdout=subprocess.PIPE, text=True)
port = int(reader.stdout.readline())
print("Python", sys.version.split()[0], "smpplib", version("smpplib"), "npm smpp 0.5.1")
with Client("127.0.0.1", port, allow_unknown_opt_params=True) as client:
    client.connect()
    client.bind_transmitter(system_id="office", password="secret")
    for text in ("to ` be", "to § be", "to ç be"):
        parts, coding, esm = gsm.make_parts(text)
        client.send_message(
            source_addr="1", destination_addr="2", short_message=parts[0], data_coding=coding, esm_class=esm
        )
        assert client.read_pdu().status == consts.SMPP_ESME_ROK
        print(f"sent {text}:", reader.stdout.readline().strip(), flush=True)
reader.terminate()
PY
"$folder/v/bin/python" "$folder/see.py" 2>/dev/null | tee "$folder/seen"
diff <(tail -n +2 "$folder/seen") - <<'SEEN'
sent to ` be: coding 0 arrives to § be
sent to § be: coding 8 arrives to § be
sent to ç be: coding 8 arrives to ç be
SEEN
echo "as it was found"
