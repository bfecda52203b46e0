"""No plain byte of an upload touches a disk: Werkzeug would spool a large one in clear."""

from contextlib import suppress
from typing import IO, Any

from flask import Request
from werkzeug.datastructures import ImmutableMultiDict, MultiDict
from werkzeug.exceptions import ClientDisconnected, HTTPException

from grievance.crypto.streams import SealingSpool
from grievance.forms.fields import FILE_SIZE

WORDS_ALONE = 4 * 1024 * 1024


class Words(ImmutableMultiDict[str, Any]):
    """What an address or a form says. A part without a name is no answer; the character zero is no part of a text, and
    PostgreSQL takes none: it is left out, and the words around it stay."""

    def __init__(self, said: Any = None) -> None:
        super().__init__([(_plain(name), _plain(value)) for name, value in MultiDict(said).items(multi=True) if name])


def _plain(value: Any) -> Any:
    return value.replace("\0", "") if isinstance(value, str) else value


class SealedRequest(Request):
    """A request whose files are sealed while they arrive. What a stranger sends unasked is gone when it ends: the
    key was never anywhere else."""

    parameter_storage_class = Words
    _broken: OSError | ClientDisconnected | None = None

    def _load_form_data(self) -> None:
        """What broke off while it arrived, for want of room on the disk or of the rest, stays broken: a second look
        would find an empty form where people had written something. The rest is let arrive: who is answered while
        still sending sees a broken connection, not the answer. Raises OSError or `ClientDisconnected`."""
        if self._broken is not None:
            raise self._broken
        try:
            super()._load_form_data()
        except ClientDisconnected as fault:
            self._broken = fault
            raise
        except OSError as fault:
            self._broken = fault
            with suppress(HTTPException):
                while self.stream.read(64 * 1024):
                    pass
            raise

    @property
    def max_content_length(self) -> int | None:
        """Bytes of one request: a form without files is read into memory at once, so it may have less."""
        return super().max_content_length if self.mimetype == "multipart/form-data" else WORDS_ALONE

    @max_content_length.setter
    def max_content_length(self, value: int | None) -> None:
        raise AttributeError("the limit is one for all requests")

    def _get_file_stream(
        self,
        total_content_length: int | None,
        content_type: str | None,
        filename: str | None = None,
        content_length: int | None = None,
    ) -> IO[bytes]:
        return SealingSpool(most=FILE_SIZE)  # type: ignore[return-value]
