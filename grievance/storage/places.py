"""By which address a store is named."""

import re
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import unquote, urlsplit


@dataclass(frozen=True)
class Access:
    """How an object store is reached. `endpoint`: its address; "" for Amazon's of the region. `conditions`: it honours
    If-None-Match and writes no name a second time where it is asked not to."""

    endpoint: str = ""
    region: str = "us-east-1"
    key_id: str = ""
    secret: str = field(default="", repr=False)
    conditions: bool = True

    @property
    def address(self) -> str:
        return self.endpoint or f"https://s3.{self.region}.amazonaws.com"


@dataclass(frozen=True)
class BucketPlace:
    """`prefix`: what stands before each name, without strokes at its ends; it may be empty."""

    bucket: str
    prefix: str
    access: Access

    def __str__(self) -> str:
        return "/".join(filter(None, ("s3:/", self.bucket, self.prefix)))


def place(url: str, access: Access) -> Path | BucketPlace:
    """Of `file:///folder`, or of `s3://bucket/prefix`. Raises ValueError with what it must look like."""
    if url.startswith("file:///"):
        return Path(unquote(urlsplit(url).path))
    found = re.fullmatch(r"s3://([a-z0-9][a-z0-9.-]{1,61}[a-z0-9])(?:/([A-Za-z0-9._/-]*))?", url)
    if not found:
        raise ValueError("must begin with file:/// or be like s3://bucket/prefix")
    return BucketPlace(found[1], (found[2] or "").strip("/"), access)
