"""Where the sealed files lie: a folder of this machine, or a bucket of an object store. Names and ciphertext alone."""

from functools import lru_cache
from pathlib import Path

from grievance.storage.folder import Folder
from grievance.storage.places import BucketPlace
from grievance.storage.store import Store


@lru_cache
def opened(place: Path | BucketPlace) -> Store:
    """The store at this place, one for a process: a bucket keeps its connections. Asks it nothing."""
    if isinstance(place, Path):
        return Folder(place)
    from grievance.storage.bucket import Bucket  # 16 MB of a library that a folder has no use for

    return Bucket(place)
