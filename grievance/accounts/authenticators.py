"""What py_webauthn is asked. It comes with 6 MiB of libraries, so that `ceremonies` imports this module only where a
passkey is asked for or shown."""

import json
from collections.abc import Iterable
from typing import Any

import webauthn
from webauthn.helpers import options_to_json_dict, parse_authentication_credential_json
from webauthn.helpers.cose import COSEAlgorithmIdentifier as Algorithm
from webauthn.helpers.structs import (
    AuthenticationCredential,
    AuthenticatorSelectionCriteria,
    PublicKeyCredentialDescriptor,
    ResidentKeyRequirement,
    UserVerificationRequirement,
)

PATIENCE = 5 * 60 * 1000
"""Milliseconds in which somebody finds their key."""
ALGORITHMS = [Algorithm.ML_DSA_65, Algorithm.EDDSA, Algorithm.ECDSA_SHA_256, Algorithm.RSASSA_PKCS1_v1_5_SHA_256]
"""The last is what Windows asks of its chip."""
NEEDED = UserVerificationRequirement.REQUIRED


def to_create(
    host: str, site: str, handle: bytes, email: str, challenge: bytes, known: Iterable[bytes]
) -> dict[str, Any]:
    """As the script takes it. `known`: passkeys that the person has already."""
    return options_to_json_dict(
        webauthn.generate_registration_options(
            rp_id=host, rp_name=site, user_name=email, user_display_name=email,
            user_id=handle, challenge=challenge, timeout=PATIENCE, supported_pub_key_algs=ALGORITHMS,
            authenticator_selection=AuthenticatorSelectionCriteria(
                resident_key=ResidentKeyRequirement.REQUIRED, require_resident_key=True, user_verification=NEEDED
            ),
            exclude_credentials=[PublicKeyCredentialDescriptor(id=one) for one in known],
        )
    )  # fmt: skip


def to_get(host: str, challenge: bytes) -> dict[str, Any]:
    """As the script takes it. No credential is named in it, so that the page says whose none is."""
    options = webauthn.generate_authentication_options(
        rp_id=host, challenge=challenge, timeout=PATIENCE, user_verification=NEEDED
    )
    said = options_to_json_dict(options)
    del said["allowCredentials"]  # empty
    return said


def parsed(shown: str) -> AuthenticationCredential:
    """Raises whatever the library says of a stranger's bytes."""
    return parse_authentication_credential_json(shown)


def new_count(
    said: AuthenticationCredential, challenge: bytes, host: str, origin: str, public_key: bytes, count: int
) -> int:
    """Of the signatures of the device. Raises as `parsed`, also where the count did not rise."""
    return webauthn.verify_authentication_response(
        credential=said, expected_challenge=challenge, expected_rp_id=host, expected_origin=origin,
        credential_public_key=public_key, credential_current_sign_count=count, require_user_verification=True,
    ).new_sign_count  # fmt: skip


def created(shown: str, challenge: bytes, host: str, origin: str) -> tuple[bytes, bytes, int]:
    """Identifier, public key (COSE) and count of a new passkey. Raises as `parsed`."""
    result = webauthn.verify_registration_response(
        credential=json.loads(shown), expected_challenge=challenge, expected_rp_id=host, expected_origin=origin,
        require_user_verification=True, supported_pub_key_algs=ALGORITHMS,
    )  # fmt: skip
    return result.credential_id, result.credential_public_key, result.sign_count
