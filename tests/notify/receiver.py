"""A company's system that takes webhooks, over TLS, in a network namespace of its own: run as
`receiver.py CERTIFICATE KEY FOLDER`. What it does next stands in FOLDER/does: a status, `redirect`, `slow` or `drip`;
each request becomes a line of FOLDER/came."""

import json
import ssl
import subprocess
import sys
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

PORT = 8443
FOLDER = Path(sys.argv[3]) if __name__ == "__main__" else Path()


class Takes(BaseHTTPRequestHandler):
    def do_POST(self):
        said = self.rfile.read(int(self.headers["Content-Length"])).decode()
        with (FOLDER / "came").open("a") as came:
            came.write(json.dumps({"path": self.path, "headers": dict(self.headers), "body": said}) + "\n")
        does = (FOLDER / "does").read_text()
        if does == "slow":
            time.sleep(60)
        if does == "drip":
            self._drip()
        self.send_response(307 if does == "redirect" else int(does))
        if does == "redirect":
            self.send_header("Location", f"https://hooks.example.org:{PORT}/elsewhere")
        self.end_headers()

    def _drip(self):
        """A sign each tenth of a second: each comes in time, and all of it never ends."""
        self.wfile.write(b"HTTP/1.1 200 OK\r\nX: ")
        for _ in range(600):
            self.wfile.write(b"x")
            self.wfile.flush()
            time.sleep(0.1)

    def log_message(self, *_args):
        """Nothing."""


def serve():
    subprocess.run(["ip", "link", "set", "lo", "up"], check=True)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(sys.argv[1], sys.argv[2])
    server = ThreadingHTTPServer(("0.0.0.0", PORT), Takes)
    server.socket = context.wrap_socket(server.socket, server_side=True)
    (FOLDER / "ready").touch()
    server.serve_forever()


if __name__ == "__main__":
    serve()
