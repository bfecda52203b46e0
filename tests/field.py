"""Requests in the shape that ODK Collect sends: written after its source (OkHttpConnection, EncryptionUtils)."""

import base64
import secrets
from io import BytesIO

from cryptography.hazmat.primitives.serialization import load_der_public_key
from werkzeug.datastructures import MultiDict

from grievance.crypto import odk
from grievance.intake import field_form

NUMBER = "uuid:3f6c1f0e-6a6c-4f0b-9c1e-0d1f5b1b7a10"
ANSWERS = {
    "account": "The guards took our papers at the gate.", "company": "unknown", "could_harm": "no",
    "share_account": "yes", "told_on": "2026-02-27", "written_by": "Asha", "was_read_back": "yes", "language": "sw",
}  # fmt: skip


def by(token):
    return {
        "Authorization": "Basic " + base64.b64encode(f"field:{token}".encode()).decode(),
        "X-OpenRosa-Version": "1.0",
    }


def filled_in(answers=ANSWERS, number=NUMBER, form_id=field_form.FORM_ID, version="1", media=()):
    """The instance XML of a phone: groups, a file's name as its answer, and the number."""
    said = "".join(f"<{name}>{value}</{name}>" for name, value in answers.items() if name != "account")
    spoken = f"<account_or_voice><account>{answers.get('account', '')}</account><spoken/></account_or_voice>"
    files = "".join(f"<photo_{n}>{name}</photo_{n}>" for n, name in enumerate(media, 1))
    return (
        f'<?xml version="1.0"?><report xmlns:orx="http://openrosa.org/xforms" id="{form_id}" version="{version}">'
        f"{spoken}{said}<files>{files}</files><orx:meta><orx:instanceID>{number}</orx:instanceID></orx:meta></report>"
    ).encode()


def send(client, token, xml, media=(), *, whole=True, name="report_2026-02-28.xml"):
    """One POST: the form first, each file as a part of its own name, and the mark where more comes."""
    parts = MultiDict([("xml_submission_file", (BytesIO(xml), name, "text/xml"))])
    for file, content in media:
        parts.add(file, (BytesIO(content), file, "image/jpeg"))
    if not whole:
        parts.add("*isIncomplete*", "yes")
    return client.post("/openrosa/submission?deviceID=collect%3A1", data=parts, headers=by(token),
                       content_type="multipart/form-data")  # fmt: skip


def collect_sends(client, token, xml, files):
    """What the app does when *Send* is pressed (`OpenRosaServerInstanceUploader`, `OkHttpConnection`): it asks where
    and how much, is challenged, answers with the password, and posts the form with as many files as fit, the form again
    in each post. Returns the answers' numbers; it stops at the first that is neither 201 nor 202."""
    address, headers = "/openrosa/submission?deviceID=collect%3Ab1946ac92492d234", {"X-OpenRosa-Version": "1.0"}
    challenged = client.head(address, headers=headers)
    assert challenged.status_code == 401 and challenged.headers["WWW-Authenticate"].startswith("Basic ")
    asked = client.head(address, headers=by(token))
    assert asked.status_code == 204 and "Location" not in asked.headers
    said = []
    for parts in _posts(xml, files, int(asked.headers["X-OpenRosa-Accept-Content-Length"])):
        kind = {"content_type": f"multipart/form-data; boundary={BOUNDARY}"}
        answer = client.post(address, data=_multipart(parts), headers=by(token), **kind)
        said.append(answer.status_code)
        if answer.status_code not in (201, 202):
            break
    return said


BOUNDARY = "7d2f1c0e-9c4e-4d6f-8a53-6f5e0b9a1b11"


def _posts(xml, files, most):
    """As `uploadSubmissionAndFiles` splits them: at least one file a post, and the mark in each but the last."""
    first, at = True, 0
    while first or at < len(files):
        first, size, parts = (
            False,
            len(xml),
            [("xml_submission_file", "Report_2026-02-28_09-12-33.xml", "text/xml", xml)],
        )
        while at < len(files):
            name, content = files[at]
            parts.append((name, name, "image/jpeg" if name.endswith(".jpg") else "application/octet-stream", content))
            size, at = size + len(content), at + 1
            if at < len(files) and size + len(files[at][1]) > most:
                parts.append(("*isIncomplete*", None, None, b"yes"))
                break
        yield parts


def _multipart(parts):
    """Bytes as OkHttp's `MultipartBody` writes them."""
    body = b""
    for name, file, kind, content in parts:
        of_file = f'; filename="{file}"' if file else ""
        body += f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="{name}"{of_file}\r\n'.encode()
        body += f"Content-Type: {kind}\r\n".encode() if kind else b""
        body += f"Content-Length: {len(content)}\r\n\r\n".encode() + content + b"\r\n"
    return body + f"--{BOUNDARY}--\r\n".encode()


def sealed(public, xml, media=(), number=NUMBER, form_id=field_form.FORM_ID, version="1", order=None):
    """What `EncryptionUtils` makes: (the manifest, the files with `.enc`). `order`: in which the files are sealed,
    where that is not the manifest's."""
    key, plain = secrets.token_bytes(32), [*media, ("submission.xml", xml)]
    rsa = load_der_public_key(base64.b64decode(public))
    carrying = base64.b64encode(rsa.encrypt(key, odk.oaep())).decode()
    vectors = odk.vectors(number, key)
    by_name = {name: odk.sealed(key, next(vectors), dict(plain)[name]) for name in order or dict(plain)}
    signed = base64.b64encode(rsa.encrypt(odk.list_of(form_id, version, carrying, number, plain), odk.oaep())).decode()
    files = "".join(f"<media><file>{name}.enc</file></media>" for name, _content in media)
    manifest = (
        f'<data xmlns="http://www.opendatakit.org/xforms/encrypted" id="{form_id}" version="{version}" encrypted="yes">'
        f"<base64EncryptedKey>{carrying}</base64EncryptedKey>"
        f'<orx:meta xmlns:orx="http://openrosa.org/xforms"><orx:instanceID>{number}</orx:instanceID></orx:meta>{files}'
        "<encryptedXmlFile>submission.xml.enc</encryptedXmlFile>"
        f"<base64EncryptedElementSignature>{signed}</base64EncryptedElementSignature></data>"
    ).encode()
    return manifest, [(f"{name}.enc", by_name[name]) for name, _content in plain]
