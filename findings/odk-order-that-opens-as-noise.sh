#!/usr/bin/env bash
# ODK's encrypted forms, opened in another order than the phone sealed them in.
#
# One would guess: AES with a wrong initialization vector gives rubbish, the padding shows it, and the program stops.
# What happens: every file opens without an error. In CFB a wrong vector spoils the first sixteen bytes alone, and the
# padding stands at the end. A photo loses its head and becomes "a damaged picture"; of an XML the declaration goes, and
# of a text file a few letters, which nobody need notice. The vector is not stored: it is the MD5 of the form's number
# and the key, with one more byte raised for each file that was sealed before. So it depends on the order of the
# manifest, and on a number that stands in clear in it, where anybody can change it.
# Why it matters here: nothing of a form may count before the phone's own list of MD5 sums was compared. And even that
# proves no sender: it is encrypted to the public key of the blank form, not signed by anybody.
# Source: getodk/collect, EncryptionUtils.java (getCipher, encryptSubmissionFiles, getBase64EncryptedElementSignature).
# No network but for the package.
set -euo pipefail
folder=$(mktemp -d); trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/v"
"$folder/v/bin/pip" install -q --disable-pip-version-check cryptography==50.0.2
cat > "$folder/see.py" <<'PY'
import hashlib
import secrets

from cryptography.hazmat.decrepit.ciphers.modes import CFB
from cryptography.hazmat.primitives.ciphers import Cipher
from cryptography.hazmat.primitives.ciphers.algorithms import AES256
from cryptography.hazmat.primitives.padding import PKCS7

key, number = secrets.token_bytes(32), b"uuid:1"
seed = bytearray(hashlib.md5(number + key).digest())


def vectors():
    for place in range(16):
        seed[place] = (seed[place] + 1) % 256
        yield bytes(seed)


first, second = [v for v, _n in zip(vectors(), range(2))]


def sealed(vector, plain):
    padder, encryptor = PKCS7(128).padder(), Cipher(AES256(key), CFB(vector)).encryptor()
    return encryptor.update(padder.update(plain) + padder.finalize()) + encryptor.finalize()


def opened(vector, text):
    decryptor, unpadder = Cipher(AES256(key), CFB(vector)).decryptor(), PKCS7(128).unpadder()
    return unpadder.update(decryptor.update(text) + decryptor.finalize()) + unpadder.finalize()


told = b"<data><name>Amina</name><happened>They took our papers at the gate.</happened></data>"
text = sealed(first, told)
print("the right place in the order:", opened(first, text) == told)
wrong = opened(second, text)
print("the wrong one: no error;", "same end:", wrong[16:] == told[16:], "- same beginning:", wrong[:16] == told[:16])
assert wrong[16:] == told[16:] and wrong[:16] != told[:16]
try:
    print("a file of three bytes: other letters, and no error:", opened(second, sealed(first, b"yes")))
except ValueError as fault:
    print("a file of three bytes, all of whose one block is noise:", fault)
PY
"$folder/v/bin/python" "$folder/see.py"
