"""What a phone sealed (ODK's encrypted forms), opened with the private half that only the Secretariat opens.

It is whole only where the phone's own list of sums fits, and where form, version and number inside are those outside.
Whatever else is there is shown, and called damaged or altered. A list that fits proves no sender: whoever has the blank
form can make one.
"""

import base64
import binascii
from collections.abc import Mapping
from dataclasses import dataclass

from flask_babel import gettext as _

from grievance.access import Person
from grievance.crypto import odk
from grievance.crypto.sealing import CannotOpen
from grievance.intake import field_keys
from grievance.intake.field_xml import FilledIn, Manifest, NotAForm, read

ENDING = ".enc"


@dataclass(frozen=True)
class Found:
    """`form`: None where the answers do not open. `media`: of each file its sealed name, its own name and its plain
    bytes. `faults`: a sentence each."""

    form: FilledIn | None
    media: tuple[tuple[str, str, bytes], ...]
    faults: tuple[str, ...]


def opened(person: Person, outside: FilledIn, content: Mapping[str, bytes]) -> Found:
    """`content`: the sealed files by their names. In the manifest's order, the answers last, as the phone sealed
    them."""
    manifest = outside.manifest
    if manifest is None:
        raise LookupError("it is not sealed")
    key, signed = _key(person, manifest)
    if key is None:
        return Found(None, (), (_("It was sealed for a key that this office does not have."),))
    faults, plain = list[str](), list[tuple[str, str, bytes]]()
    vectors = odk.vectors(outside.instance_id, key)
    for sealed_name in (*manifest.media, manifest.form):
        vector, name = next(vectors), sealed_name.removesuffix(ENDING)
        if sealed_name not in content:
            faults.append(_("%(name)s has not come.", name=name))
            continue
        try:
            plain.append((sealed_name, name, odk.opened(key, vector, content[sealed_name])))
        except CannotOpen:
            faults.append(_("%(name)s does not open.", name=name))
    form, wrong = _form(outside, next((one for sealed, _name, one in plain if sealed == manifest.form), None))
    sums = [(name, one) for _sealed, name, one in plain]
    if signed != odk.list_of(outside.form_id, outside.version, manifest.key, outside.instance_id, sums):
        faults.append(_("The phone's own list of what it sealed does not fit."))
    media = tuple(one for one in plain if one[0] != manifest.form)
    return Found(form, media, (*faults, *wrong))


def _key(person: Person, manifest: Manifest) -> tuple[bytes | None, bytes]:
    """The key of the files, and what the phone signed; None where no private half of ours opens it."""
    try:
        carried, signature = (base64.b64decode(one, validate=True) for one in (manifest.key, manifest.signature))
    except binascii.Error:
        return None, b""
    for private in field_keys.private_halves(person):
        try:
            key = odk.carried(private, carried)
        except CannotOpen:
            continue
        try:
            return key, odk.carried(private, signature)
        except CannotOpen:
            return key, b""
    return None, b""


def _form(outside: FilledIn, xml: bytes | None) -> tuple[FilledIn | None, list[str]]:
    if xml is None:
        return None, []
    try:
        inside = read(xml)
    except NotAForm:
        return None, [_("The answers cannot be read.")]
    same = (inside.form_id, inside.version, inside.instance_id) == (
        outside.form_id, outside.version, outside.instance_id)  # fmt: skip
    return inside, [] if same else [_("Form, version or number inside are others than outside.")]
