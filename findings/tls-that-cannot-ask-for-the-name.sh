#!/usr/bin/env bash
# Python's smpplib: `Client(host, port, ssl_context=…)`, and the context that Python recommends.
#
# One would guess: with `ssl.create_default_context()` the line to smpp.example.org is verified as by every client: the
# certificate must be trusted, and must be that host's.
# What happens: the library wraps its socket before it connects and never says which host it means. The recommended
# context then refuses to begin ("check_hostname requires server_hostname"). The way out that comes to mind,
# `check_hostname = False`, works at once, and takes any trusted certificate of anybody: here that of other.example.org
# answers for smpp.example.org, and gets the name and the password of the bind. A socket that one wraps oneself, with
# `server_hostname`, and hands to the client refuses it.
# Why it matters here: whoever stands between and has any certificate of a public authority would read every telephone
# number, and send in the office's name.
# Source: Python's ssl, SSLContext.check_hostname ("must be passed server_hostname"); smpplib 2.2.4, client.py,
# _create_socket.
# Loopback only; the port is drawn by the system.
set -euo pipefail
folder=$(mktemp -d); trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/v"
"$folder/v/bin/pip" install -q --disable-pip-version-check smpplib==2.2.4 trustme==1.2.1 2>/dev/null
cat > "$folder/see.py" <<'PY'
import socket
import ssl
import sys
import threading
from importlib.metadata import version

import trustme
from smpplib import consts
from smpplib.client import Client

BOUND = bytes.fromhex("00000014 80000002 00000000 00000002") + b"gsm\0"
authority = trustme.CA()
theirs = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
authority.issue_cert("other.example.org").configure_cert(theirs)
there = socket.create_server(("127.0.0.1", 0))


def serve():
    while True:
        raw, _whence = there.accept()
        try:
            with theirs.wrap_socket(raw, server_side=True) as line:
                if b"secret" in line.recv(4096):
                    line.sendall(BOUND)
                    line.recv(4096)
        except OSError:
            pass


threading.Thread(target=serve, daemon=True).start()


def trusting(**more):
    context = ssl.create_default_context()
    authority.configure_trust(context)
    for name, value in more.items():
        setattr(context, name, value)
    return context


def bound(make):
    """As to smpp.example.org, which in this test is at the loopback address."""
    try:
        client = make()
        client.bind_transmitter(system_id="office", password="secret")
    except ssl.SSLCertVerificationError as fault:
        return f"refused: {fault.verify_message}"
    except ValueError as fault:
        return f"does not begin: {fault}"
    return "bound, and the password is theirs"


def by_library(context):
    client = Client("127.0.0.1", there.getsockname()[1], ssl_context=context, allow_unknown_opt_params=True)
    client.connect()
    return client


def wrapped_by_hand():
    client = Client("127.0.0.1", there.getsockname()[1], allow_unknown_opt_params=True)
    raw = socket.create_connection(("127.0.0.1", there.getsockname()[1]))
    client._socket = trusting().wrap_socket(raw, server_hostname="smpp.example.org")
    client.state = consts.SMPP_CLIENT_STATE_OPEN
    return client


print("Python", sys.version.split()[0], "smpplib", version("smpplib"), "trustme", version("trustme"))
print("recommended context:", bound(lambda: by_library(trusting())))
print("without check_hostname:", bound(lambda: by_library(trusting(check_hostname=False))))
print("wrapped by hand:", bound(wrapped_by_hand))
PY
"$folder/v/bin/python" "$folder/see.py" 2>/dev/null | tee "$folder/seen"
diff <(tail -n +2 "$folder/seen") - <<'SEEN'
recommended context: does not begin: check_hostname requires server_hostname
without check_hostname: bound, and the password is theirs
wrapped by hand: refused: Hostname mismatch, certificate is not valid for 'smpp.example.org'.
SEEN
echo "as it was found"
