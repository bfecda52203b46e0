"""What a filled-in form says of itself: which form it is, its number, and its answers; sealed, or in clear."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from xml.etree.ElementTree import Element, ParseError

from defusedxml import DefusedXmlException
from defusedxml.ElementTree import fromstring

ENCRYPTED = "http://www.opendatakit.org/xforms/encrypted"
LARGEST = 2 * 1024 * 1024
"""Bytes of the XML: all answers at their longest are less."""


class NotAForm(ValueError):
    """It is no XML of a filled-in form."""


@dataclass(frozen=True)
class Manifest:
    """What stands beside sealed files. `key`, `signature`: base64. `media`, `form`: names of the sealed files."""

    key: str
    signature: str
    media: tuple[str, ...]
    form: str


@dataclass(frozen=True)
class FilledIn:
    """`version`: empty where it has none. `answers`: by the question's name, of a form in clear; a group's questions
    stand beside the others. `manifest`: None for a form in clear."""

    form_id: str
    version: str
    instance_id: str
    answers: dict[str, str] = field(default_factory=dict, repr=False)
    manifest: Manifest | None = None


def read(xml: bytes) -> FilledIn:
    """Raises `NotAForm`."""
    if len(xml) > LARGEST:
        raise NotAForm
    try:
        root = fromstring(xml, forbid_dtd=True)
    except (ParseError, DefusedXmlException, ValueError, LookupError) as fault:
        raise NotAForm from fault
    form_id, instance_id = root.get("id", ""), _instance_id(root)
    if not form_id or not instance_id:
        raise NotAForm
    sealed = root.get("encrypted") == "yes"
    manifest = _manifest(root) if sealed else None
    answers = {} if sealed else dict(_answers(root))
    return FilledIn(form_id, root.get("version", ""), instance_id, answers, manifest)


def _local(element: Element) -> str:
    return element.tag.rpartition("}")[2]


def _text(element: Element | None) -> str:
    return (element.text or "").strip() if element is not None else ""


def _instance_id(root: Element) -> str:
    meta = next((one for one in root if _local(one) == "meta"), None)
    return _text(next((one for one in meta if _local(one) == "instanceID"), None)) if meta is not None else ""


def _manifest(root: Element) -> Manifest:
    said = {_local(one): _text(one) for one in root}
    media = tuple(_text(name) for one in root if _local(one) == "media" for name in one if _local(name) == "file")
    try:
        return Manifest(said["base64EncryptedKey"], said.get("base64EncryptedElementSignature", ""), media,
                        said["encryptedXmlFile"])  # fmt: skip
    except KeyError as missing:
        raise NotAForm from missing


def _answers(element: Element) -> Iterator[tuple[str, str]]:
    for one in element:
        if len(one):
            yield from () if _local(one) == "meta" else _answers(one)
        elif text := (one.text or "").strip():
            yield _local(one), text
