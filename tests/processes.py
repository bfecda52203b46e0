"""The program as it runs for real: gunicorn and `flask …` as processes, and what they write on stderr."""

import json
import os
import re
import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.client import HTTPConnection
from queue import Empty, Queue

from tests.conftest import ROOT, SECRETS

PATIENCE = 60


class Process:
    """Python with these arguments. `said` has every line of stderr so far; `port` is gunicorn's. `before`: a command
    that starts it."""

    def __init__(self, program, url, files, before=(), **env):
        self.env = {**os.environ, **SECRETS, "DATABASE_URL": url, "FILES_URL": files.as_uri(), "FLASK_APP": "wsgi"}
        self.env |= {"WEB_CONCURRENCY": "1", **env}
        command, pipe = [*before, sys.executable, *program], subprocess.PIPE
        self.process = subprocess.Popen(command, env=self.env, cwd=ROOT, stdin=pipe, stderr=pipe, text=True)
        self.said, self._new = [], Queue()
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()

    def _read(self):
        for line in self.process.stderr:
            self.said.append(line)
            self._new.put(line)

    def wait_for(self, *words):
        """Until new lines said each of these, in whatever order processes come to it; the last of them."""
        left = list(words)
        while True:
            try:
                line = self._new.get(timeout=PATIENCE)
            except Empty:
                raise AssertionError(f"nobody said {left!r}: {''.join(self.said)}") from None
            if found := next((one for one in left if one in line), None):
                left.remove(found)
                if not left:
                    return line

    @property
    def lines(self):
        return [json.loads(line) for line in self.said]

    def end(self, by=signal.SIGTERM):
        """Ask it to end; its exit code."""
        if self.process.poll() is None:
            self.process.send_signal(by)
        code = self.process.wait(timeout=PATIENCE)
        self._reader.join()
        self.process.stderr.close()
        self.process.stdin.close()
        return code

    def get(self, path, method="GET", port=None, **headers):
        connection = HTTPConnection("127.0.0.1", port or self.port, timeout=PATIENCE)
        try:
            connection.request(method, path, headers=headers)
            answer = connection.getresponse()
            return answer.status, answer.read().decode()
        finally:
            connection.close()

    def send(self, data):
        """Raw bytes, for what no client would send; the answer."""
        with socket.create_connection(("127.0.0.1", self.port), timeout=PATIENCE) as sock:
            sock.sendall(data)
            return sock.recv(1000)


@contextmanager
def running(program, url, files, before=(), **env) -> Iterator[Process]:
    """A process that is killed at the end of the test if it is still there."""
    process = Process(program, url, files, before, **env)
    try:
        yield process
    finally:
        process.end(signal.SIGKILL)


@contextmanager
def serving(url, files, before=(), **env) -> Iterator[Process]:
    with running(["-m", "gunicorn", "--bind", "127.0.0.1:0", "wsgi:app"], url, files, before, **env) as process:
        process.port = int(re.search(r"Listening at: http://127.0.0.1:(\d+)", process.wait_for("Listening"))[1])
        yield process


def free_port():
    with socket.socket() as sock:
        sock.bind(("127.0.0.1", 0))
        return sock.getsockname()[1]
