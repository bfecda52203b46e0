#!/usr/bin/env bash
# gunicorn with threads and `--proxy-protocol`: who sends the second request of a connection.
#
# One would guess: what stands in front of a connection (the line of the PROXY protocol: whose connection it is) holds for
# the connection, as the protocol says; `REMOTE_ADDR` is the visitor's in each request of it.
# What happens: in the first alone. From the second on `REMOTE_ADDR` is that of the proxy, 127.0.0.1, with no warning.
# The workers that are not threads (gevent, eventlet) carry it on in their loop; `gthread`, which a worker becomes by
# `threads` above 1, makes each request anew and does not.
# Why it matters here: limits by address, or a list of who may, then take every visitor who keeps a connection for one,
# and for this machine, which a list of who may often names. An onion service tells visitors apart by nothing else.
# With `--keep-alive 0` there is no second request.
# Source: seen below; gunicorn/workers/base_async.py (carries `proxy_protocol_info` on), gunicorn/workers/gthread.py.
set -euo pipefail
folder=$(mktemp -d); trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/v"
"$folder/v/bin/pip" install -q --disable-pip-version-check gunicorn==27.0.1
cat > "$folder/see.py" <<'PY'
import socket
import subprocess
import sys
import time
from importlib.metadata import version
from pathlib import Path

folder = Path(sys.argv[1])
(folder / "app.py").write_text('''
def app(environ, start):
    said = environ["REMOTE_ADDR"].encode()
    start("200 OK", [("Content-Length", str(len(said)))])
    return [said]
''')
LINE = b"PROXY TCP4 192.0.2.7 127.0.0.1 40000 80\r\n"
GET = b"GET / HTTP/1.1\r\nHost: x\r\n\r\n"


def answered(line):
    said = b""
    while b"\r\n\r\n" not in said or not said.partition(b"\r\n\r\n")[2]:
        if not (more := line.recv(4096)):
            return "(closed)"
        said += more
    return said.partition(b"\r\n\r\n")[2].decode()


def asked_twice(*more):
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [sys.executable, "-m", "gunicorn", "--bind", f"127.0.0.1:{port}", "--proxy-protocol", "v1", *more, "app:app"]
    server = subprocess.Popen(command, cwd=folder, stderr=subprocess.DEVNULL)
    try:
        for _ in range(300):
            try:
                line = socket.create_connection(("127.0.0.1", port), timeout=30)
                break
            except OSError:
                time.sleep(0.1)
        with line:
            line.sendall(LINE + GET)
            first = answered(line)
            try:
                line.sendall(GET)
                return first, answered(line)
            except OSError:
                return first, "(closed)"
    finally:
        server.terminate()
        server.wait()


print("gunicorn", version("gunicorn"))
print("threads:", *asked_twice("--threads", "4"))
print("threads, no keep-alive:", *asked_twice("--threads", "4", "--keep-alive", "0"))
PY
"$folder/v/bin/python" "$folder/see.py" "$folder" | tee "$folder/seen"
diff <(tail -n +2 "$folder/seen") - <<'SEEN'
threads: 192.0.2.7 127.0.0.1
threads, no keep-alive: 192.0.2.7 (closed)
SEEN
echo "as it was found"
