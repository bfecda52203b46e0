"""What stands between the program and PostgreSQL, and fails as a machine does: it falls silent, or dies in a COMMIT."""

import socket
import threading
from contextlib import suppress
from pathlib import Path
from typing import Any

from psycopg.conninfo import conninfo_to_dict

COMMITTED = b"C\x00\x00\x00\x0bCOMMIT\x00"
"""How PostgreSQL says that a COMMIT is done."""


class Proxy:
    """On 127.0.0.1 before the server of `url`. `silent`: nothing that the server says gets through; `dies`: the next
    word that a COMMIT is done is kept, and the line is cut."""

    def __init__(self, url: str) -> None:
        self.server: dict[str, Any] = conninfo_to_dict(url.replace("postgresql+psycopg://", "postgresql://"))
        self.silent, self.dies, self.lines = False, False, list[socket.socket]()
        self.door = socket.create_server(("127.0.0.1", 0))
        self.port: int = self.door.getsockname()[1]
        threading.Thread(target=self._serve, daemon=True).start()

    @property
    def url(self) -> str:
        given = self.server
        who = f"{given.get('user', 'postgres')}:{given.get('password') or ''}"
        return f"postgresql+psycopg://{who}@127.0.0.1:{self.port}/{given['dbname']}"

    def cut(self) -> None:
        """All lines that there are; new ones are carried."""
        for one in self.lines:
            with suppress(OSError):
                one.shutdown(socket.SHUT_RDWR)

    def close(self) -> None:
        self.cut()
        for one in (self.door, *self.lines):
            with suppress(OSError):
                one.shutdown(socket.SHUT_RDWR)
            one.close()

    def _serve(self) -> None:
        with suppress(OSError):
            while True:
                client = self.door.accept()[0]
                server = self._reach()
                self.lines += (client, server)
                threading.Thread(target=self._carry, args=(client, server, False), daemon=True).start()
                threading.Thread(target=self._carry, args=(server, client, True), daemon=True).start()

    def _reach(self) -> socket.socket:
        host, port = str(self.server["host"]), int(self.server.get("port") or 5432)
        if not host.startswith("/"):
            return socket.create_connection((host, port))
        one = socket.socket(socket.AF_UNIX)
        one.connect(str(Path(host) / f".s.PGSQL.{port}"))
        return one

    def _carry(self, source: socket.socket, to: socket.socket, said: bool) -> None:
        with suppress(OSError):
            while words := source.recv(65_536):
                if said and self.dies and COMMITTED in words:
                    self.dies = False
                    break
                if not (said and self.silent):
                    to.sendall(words)
        for one in (source, to):
            with suppress(OSError):
                one.shutdown(socket.SHUT_RDWR)
