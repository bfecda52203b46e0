"""Whether a bucket keeps versions of what was deleted: an erasure could not reach those.

The library neither asks this nor signs a question with a parameter, so that one request is signed here, as AWS's
Signature Version 4 says it.
"""

import hashlib
import hmac
import re
from collections.abc import Mapping
from datetime import datetime
from http.client import HTTPConnection, HTTPException, HTTPSConnection
from urllib.parse import quote, urlsplit

from grievance.storage.places import Access, BucketPlace
from grievance.storage.store import StoreAway

SECONDS, READ = 5, 64 * 1024
QUESTION = "versioning="
NOT_KNOWN = (405, 501)
"""How a store answers that has never heard of versions."""


class UnfitBucket(Exception):
    """The bucket cannot be used; the sentence says why."""


def refuse_versions(place: object, now: datetime) -> None:
    """Nothing where the place is no bucket, or one that never kept versions. Raises `UnfitBucket`, `StoreAway`."""
    if not isinstance(place, BucketPlace):
        return
    status, said = _asked(place, now)
    if status == 404:
        raise UnfitBucket(f"FILES_URL: there is no bucket {place.bucket}.")
    if status >= 500 and status not in NOT_KNOWN:
        raise StoreAway
    if status >= 300 and status not in NOT_KNOWN:  # a bucket elsewhere, too, to which others are led
        raise UnfitBucket(
            f"FILES_URL: the object store does not say whether the bucket {place.bucket} keeps versions (it answered "
            f"{status}). Its key needs the right to ask that (s3:GetBucketVersioning)."
        )
    if "<Status>" in said:
        raise UnfitBucket(
            f"FILES_URL: the bucket {place.bucket} keeps versions, or has kept some. What is erased would still be "
            "there: use a bucket that never did."
        )


def _asked(place: BucketPlace, now: datetime) -> tuple[int, str]:
    where = urlsplit(place.access.address)
    opened = HTTPSConnection if where.scheme == "https" else HTTPConnection
    connection = opened(where.netloc, timeout=SECONDS)
    path = f"{where.path.rstrip('/')}/{quote(place.bucket)}"
    try:
        connection.request(
            "GET", f"{path}?{QUESTION}", headers=signed(place.access, ("GET", path, QUESTION), where.netloc, now)
        )
        answer = connection.getresponse()
        return answer.status, answer.read(READ).decode(errors="replace")
    except (OSError, HTTPException) as fault:
        raise StoreAway from fault
    finally:
        connection.close()


def signed(
    access: Access, asked: tuple[str, str, str], host: str, now: datetime, body: bytes = b""
) -> Mapping[str, str]:
    """The headers of a request: its method, path and query."""
    content = hashlib.sha256(body).hexdigest()
    at = re.sub(r"[-:]|\+.*|\.\d+", "", now.isoformat()) + "Z"
    headers = {"host": host, "x-amz-content-sha256": content, "x-amz-date": at}
    names = ";".join(headers)
    lines = "".join(f"{name}:{value}\n" for name, value in headers.items())
    scope = (at[:8], access.region, "s3", "aws4_request")
    whole = hashlib.sha256("\n".join((*asked, lines, names, content)).encode()).hexdigest()
    key = f"AWS4{access.secret}".encode()
    for part in (*scope, "\n".join(("AWS4-HMAC-SHA256", at, "/".join(scope), whole))):
        key = hmac.digest(key, part.encode(), "sha256")
    credential = f"{access.key_id}/{'/'.join(scope)}"
    said = f"AWS4-HMAC-SHA256 Credential={credential},SignedHeaders={names},Signature={key.hex()}"
    return {**headers, "authorization": said}
