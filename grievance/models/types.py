"""Column types shared by all tables."""

from enum import StrEnum
from typing import Annotated

from sqlalchemy import Enum, String
from sqlalchemy.orm import mapped_column

RowId = Annotated[str, mapped_column(String(32))]
"""32 hexadecimal characters, random, made before the insert: part of the place that a ciphertext belongs to."""

LARGEST_ID = 2**31
"""No row has a number as large as this; a database asked for one fails instead of answering."""


def enum_column(kind: type[StrEnum]) -> Enum:
    """A text column with a check constraint that holds exactly the values of `kind`."""
    return Enum(
        kind,
        native_enum=False,
        create_constraint=True,
        values_callable=lambda k: [m.value for m in k],
        length=20,
    )
