"""A device with passkeys, in software: what a browser would send for it, made from what the page asks."""

import hmac
import json
import os
from dataclasses import dataclass, field
from hashlib import sha256
from typing import Any

import cbor2
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
from webauthn.helpers import base64url_to_bytes as plain
from webauthn.helpers import bytes_to_base64url as coded

PRESENT, VERIFIED, WITH_KEY = 1, 4, 64


@dataclass
class Device:
    """`origin`: where its browser is; `flags`: what it says of whoever holds it; `prf`: None where it has none."""

    origin: str
    flags: int = PRESENT | VERIFIED
    prf: bytes | None = field(default_factory=lambda: os.urandom(32))
    key: Any = field(default_factory=lambda: ec.generate_private_key(ec.SECP256R1()))
    credential_id: bytes = field(default_factory=lambda: os.urandom(16))
    handle: bytes = b""
    host: str = ""
    count: int = 0

    def answers(self, options: list[dict[str, Any]]) -> tuple[list[str], list[str]]:
        """What goes into the fields `shown` and `prf`."""
        shown, secrets = [], []
        for one in options:
            shown.append(json.dumps(self.create(one["create"]) if "create" in one else self.get(one["get"])))
            if "get" in one:
                secrets.append(self.secret(one["get"]))
        return shown, secrets

    def secret(self, asked: dict[str, Any]) -> str:
        salt = plain(asked["extensions"]["prf"]["eval"]["first"])
        return coded(hmac.digest(self.prf, salt, "sha256")) if self.prf else ""

    def create(self, asked: dict[str, Any]) -> dict[str, Any]:
        self.handle, self.host = plain(asked["user"]["id"]), asked["rp"]["id"]
        length = len(self.credential_id).to_bytes(2, "big")
        with_key = bytes(16) + length + self.credential_id + cbor2.dumps(self.public())
        said = {"fmt": "none", "attStmt": {}, "authData": self._data(WITH_KEY) + with_key}
        client = self._client("webauthn.create", asked)
        return self._shown({"clientDataJSON": coded(client), "attestationObject": coded(cbor2.dumps(said))})

    def get(self, asked: dict[str, Any]) -> dict[str, Any]:
        self.count += 1
        client, data = self._client("webauthn.get", asked), self._data()
        signature = self.key.sign(data + sha256(client).digest(), ec.ECDSA(SHA256()))
        return self._shown({"clientDataJSON": coded(client), "authenticatorData": coded(data),
                            "signature": coded(signature), "userHandle": coded(self.handle)})  # fmt: skip

    def public(self) -> dict[int, Any]:
        numbers = self.key.public_key().public_numbers()
        return {1: 2, 3: -7, -1: 1, -2: numbers.x.to_bytes(32, "big"), -3: numbers.y.to_bytes(32, "big")}

    def _data(self, more: int = 0) -> bytes:
        return sha256(self.host.encode()).digest() + bytes([self.flags | more]) + self.count.to_bytes(4, "big")

    def _client(self, kind: str, asked: dict[str, Any]) -> bytes:
        return json.dumps({"type": kind, "challenge": asked["challenge"], "origin": self.origin}).encode()

    def _shown(self, response: dict[str, Any]) -> dict[str, Any]:
        name = coded(self.credential_id)
        return {"id": name, "rawId": name, "type": "public-key", "response": response, "clientExtensionResults": {}}
