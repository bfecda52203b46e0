"""Here Argon2id is tested: it costs what it costs people."""

import pytest


@pytest.fixture(autouse=True)
def _as_it_is(real_derivations):
    pass
