"""No plain byte of an upload touches a disk: Werkzeug would spool a large one in clear."""

from typing import IO

from flask import Request

from grievance.crypto.streams import SealingSpool, new_file_key


class SealedRequest(Request):
    """A request whose files are sealed while they arrive. No form asks for a file yet, so the key is kept by nobody
    and what a stranger sends unasked is gone when the request ends."""

    def _get_file_stream(
        self,
        total_content_length: int | None,
        content_type: str | None,
        filename: str | None = None,
        content_length: int | None = None,
    ) -> IO[bytes]:
        return SealingSpool(new_file_key(), b"unasked")  # type: ignore[return-value]
