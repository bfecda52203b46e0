"""Check what an office gave away, without the office: its record as a file, a proof, or its checkpoints.

    python -m grievance.verify FILE [--key DIGEST]        python verify.py FILE [--key DIGEST]

This one file is enough, with Python 3.11 and the package `cryptography` (50 or newer). It knows no database, no secret,
and nothing of the program that wrote the file: all that is hashed and signed is computed here once more. FILE is one of

- what `flask record export FILE` wrote: events, their signatures, checkpoints, public keys;
- a proof that somebody who complained downloaded from the page of their case;
- the file of checkpoints that the office's worker adds to (CHECKPOINTS_FILE), or a copy of it;
- the roots of the weeks, as the office's page /verify gives them;
- what a camera reads from the square on a page that she printed.

DIGEST names the key that signs the office's checkpoints, as the weekly mail says it: without it, whoever made the file
could have signed it with a key of their own. It is trusted also where the one before it is lost. The end is 0 where
everything fits, 1 where anything does not, and 2 where FILE is none of them.
"""

import base64
import hashlib
import json
import sys
from collections.abc import Generator, Iterator
from typing import Any

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from cryptography.hazmat.primitives.asymmetric.mldsa import MLDSA65PublicKey

WHOLE, FAULTY, UNKNOWN = 0, 1, 2
OFFICE = "office"
Line = dict[str, Any]
HERS = ("complainant", "representative")
MAKE_RECEIPTS = ("file", "second_code", "receipt_taken_over", "reissue_receipt")
FORMAT_1 = ("chain", "seq", "kind", "role", "actor_id", "happened_at", "recorded_at", "facts", "sealed",
            "missed_limit_id", "previous_hash")  # fmt: skip
FORMAT_2 = ("format", "chain", "seq", "kind", "role", "actor_id", "happened_at", "recorded_at", "facts", "sealed",
            "missed_limit_id", "rows")  # fmt: skip


class NotOurs(Exception):
    """The file is none of these, or a line of it is not what such a file has; the sentence says which."""


# --- bytes ---------------------------------------------------------------------------------------------------


def sha256(data: bytes) -> bytes:
    return hashlib.sha256(data).digest()


def canonical(value: Any) -> bytes:
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=True).encode()


def hash_of(event: Line) -> str:
    """What the hash of an event must be, as 64 hexadecimal digits."""
    if event["format"] == 1:
        return sha256(canonical([event[name] for name in FORMAT_1])).hex()
    before = bytes.fromhex(event["previous_hash"]) if event["previous_hash"] else bytes(32)
    return sha256(before + sha256(canonical([event[name] for name in FORMAT_2]))).hex()


def said(message: bytes, what: str) -> bytes:
    """What is signed where `message` is signed as `what`: each part of its name with its length before it."""
    parts = (b"signed", what.encode())
    return b"".join(len(part).to_bytes(4, "big") + part for part in parts) + message


def is_signed(public: bytes, signature: bytes, message: bytes, what: str, strongly: bool) -> bool:
    """`public`: Ed25519 (32 bytes), followed by ML-DSA-65 (1,952) where it can sign strongly. `signature`: 1 and
    Ed25519's (64), or 2, Ed25519's and ML-DSA-65's (3,309); `strongly` takes nothing less than both."""
    version, first, second = signature[:1], signature[1:65], signature[65:]
    if version not in (b"\x01", b"\x02") or (version == b"\x01" and (strongly or second)):
        return False
    try:
        Ed25519PublicKey.from_public_bytes(public[:32]).verify(first, said(message, what))
        if version == b"\x02":
            MLDSA65PublicKey.from_public_bytes(public[32:]).verify(second, said(message, what))
    except (InvalidSignature, ValueError):
        return False
    return True


def leaf_hash(data: bytes) -> bytes:
    return sha256(b"\x00" + data)


def node_hash(left: bytes, right: bytes) -> bytes:
    return sha256(b"\x01" + left + right)


def chain_leaf(chain: str, digest: str) -> bytes:
    return leaf_hash(canonical(["chain", chain, digest]))


def tree_root(leaves: Line, size: int) -> str:
    """The root over the heads that were signed, the counts of the office, and blanks up to `size`, in the order of
    their hashes. A size that is no power of two, or too small for them, has no root."""
    salt, heads = leaves["salt"], leaves["heads"]
    counts = leaf_hash(canonical(["office", salt, leaves["cases"], *leaves["log"], len(heads)]))
    level = [counts, *(chain_leaf(chain, digest) for chain, (_seq, digest) in heads.items())]
    if size < len(level) or size & (size - 1):
        return ""
    level += [leaf_hash(canonical(["blank", salt, number])) for number in range(size - len(level))]
    level.sort()
    while len(level) > 1:
        level = [node_hash(left, right) for left, right in zip(level[::2], level[1::2], strict=True)]
    return level[0].hex()


def root_above(leaf: bytes, index: int, path: list[bytes]) -> str:
    """The root of the tree in which this leaf stands at `index`, with these beside its way up."""
    found = leaf
    for beside in path:
        found = node_hash(beside, found) if index & 1 else node_hash(found, beside)
        index >>= 1
    return found.hex()


# --- checkpoints ---------------------------------------------------------------------------------------------


class Checkpoints:
    """Checkpoints as they come, oldest first: each signed, each naming the one before it."""

    def __init__(self, key: str) -> None:
        self.expected_key, self.number, self.count = key, 0, 0
        self.previous: str | None = None
        self.last: Line = {}
        self.signers: dict[str, int] = {}
        """Each key that signed, by its digest, and how often."""
        self.formats: dict[str, int] = {}
        self.signer, self.newer = "", False

    def faults_of(self, line: Line) -> Iterator[str]:
        """What does not fit of the next one. Its body is parsed and kept in `last`."""
        name, body = f"checkpoint {line['checkpoint']}", json.loads(line["body"])
        self.count, self.last = self.count + 1, {**body, "id": line["checkpoint"]}
        key, signature = base64.b64decode(line["key"]), base64.b64decode(line["signature"])
        digest = sha256(key).hex()
        if not signed(line["body"].encode(), body, key, signature):
            yield f"{name}: its signature does not fit."
        yield from self._turn(name, digest, body.get("format", 1))
        if line["checkpoint"] <= self.number:
            yield f"{name}: it comes after checkpoint {self.number}, and should not."
        if self.previous is not None and body["previous"] != self.previous:
            yield f"{name}: the checkpoint before it is missing or was changed."
        self.previous, self.number = sha256(line["body"].encode()).hex(), line["checkpoint"]

    def _turn(self, name: str, digest: str, form: int) -> Iterator[str]:
        """Whoever finds a key that was replaced signs nothing with it any more."""
        if digest != self.signer and digest in self.signers:
            yield f"{name}: it is signed by the key {digest}, which had been replaced."
        if form == 1 and self.newer:
            yield f"{name}: it is of the older kind, after one of the newer."
        self.signers[digest], self.formats[digest] = self.signers.get(digest, 0) + 1, form
        self.signer, self.newer = digest, self.newer or form != 1

    def end(self) -> Iterator[str]:
        """Whether there is any, and whether the key that was expected is the one that signed last."""
        if not self.count:
            yield "There is no checkpoint: nobody but whoever wrote the file says that the record was like this."
        elif self.expected_key and self.expected_key != self.signer:
            yield f"The last checkpoints are signed by the key {self.signer}, and not by {self.expected_key}."


def signed(text: bytes, body: Line, key: bytes, signature: bytes) -> bool:
    """In format 1 by Ed25519 alone; from format 2 on by both, as a checkpoint and as nothing else."""
    if body.get("format", 1) == 2:
        return len(key) == 1984 and is_signed(key, signature, text, "checkpoint", strongly=True)
    try:
        Ed25519PublicKey.from_public_bytes(key).verify(signature, text)
    except (InvalidSignature, ValueError):
        return False
    return bool(body.get("format", 1) == 1)


def told_of_keys(checkpoints: Checkpoints) -> Iterator[str]:
    for digest, number in checkpoints.signers.items():
        yield f"{number} of them are signed by the key {digest}."


# --- a proof, and a file of checkpoints ------------------------------------------------------------------------


def check_proof(proof: Line, key: str) -> tuple[list[str], list[str]]:
    """(faults, what is shown): whether this chain's end is under what was signed, and that under its week's root."""
    checkpoints = Checkpoints(key)
    faults = [*checkpoints.faults_of(proof["checkpoint"]), *checkpoints.end()]
    (digest,) = checkpoints.signers
    path = [bytes.fromhex(step) for step in proof["path"]]
    faults += path_faults(proof, path, checkpoints.last)
    told = [
        *told_of(proof["leaf"], checkpoints.last),
        f"It is signed by the key {digest}: compare it with the one that the office says is its own.",
    ]
    if "week" in proof:
        steps = [bytes.fromhex(step) for step in proof["week"]["path"]]
        faults += week_faults(proof["week"], steps, proof["checkpoint"]["body"])
        told += told_of_week(proof["week"])
    return faults, told


def check_paper(paper: Line) -> tuple[list[str], list[str]]:
    """The same of a printed page, which has no signature: its week's root, which everybody can read, stands for it."""
    path, steps = steps_of(paper["path"]), steps_of(paper["week"]["path"])
    body = json.loads(paper["body"])
    faults = [*path_faults(paper, path, body), *week_faults(paper["week"], steps, paper["body"])]
    return faults, [*told_of(paper["leaf"], body), *told_of_week(paper["week"])]


def steps_of(joined: str) -> list[bytes]:
    """A path as paper has it: its hashes one after the other."""
    data = base64.b64decode(joined)
    return [data[start : start + 32] for start in range(0, len(data), 32)]


def path_faults(proof: Line, path: list[bytes], body: Line) -> Iterator[str]:
    leaf, index = proof["leaf"], proof["index"]
    if body.get("format", 1) != 2 or body["size"] != 1 << len(path) or not 0 <= index < body["size"]:
        yield "The path does not belong to this checkpoint."
    elif root_above(chain_leaf(leaf["chain"], leaf["hash"]), index, path) != body["root"]:
        yield "The path does not lead from this record to what was signed."


def week_faults(week: Line, path: list[bytes], body: str) -> Iterator[str]:
    leaf = leaf_hash(canonical(["checkpoint", sha256(body.encode()).hex()]))
    if not 0 <= week["index"] < 1 << len(path) or root_above(leaf, week["index"], path) != week["root"]:
        yield "What was signed is not under the root of its week."


def told_of(leaf: Line, body: Line) -> list[str]:
    name = f"checkpoint {body['id']}" if "id" in body else "a checkpoint"
    return [f"On {body['taken_at']} {name} signed that the record of this case ended with", f"{leaf['hash']}."]


def told_of_week(week: Line) -> list[str]:
    return [
        f"It is under the root of the week until {week['until']}:",
        f"{week['root']}",
        "Compare it with the one that the office published (its page /verify), or that somebody kept.",
    ]


def check_weeks(lines: Iterator[Line], key: str) -> tuple[list[str], list[str]]:
    """Each week's root: signed, and naming the one before it."""
    faults, told, previous, signer = list[str](), list[str](), None, ""
    for line in lines:
        name, body, public = f"week until {line['week']}", json.loads(line["body"]), base64.b64decode(line["key"])
        signature = base64.b64decode(line["signature"])
        if len(public) != 1984 or not is_signed(public, signature, line["body"].encode(), "week", strongly=True):
            faults.append(f"{name}: its signature does not fit.")
        if body["until"] != line["week"] or (previous is not None and body["previous"] != previous):
            faults.append(f"{name}: the week before it is missing or was changed.")
        previous, signer = sha256(line["body"].encode()).hex(), sha256(public).hex()
        told.append(f"{line['week']} {body['root']}")
    if key and key != signer:
        faults.append(f"The last week is signed by the key {signer}, and not by {key}.")
    return faults, [*told, f"The last of them is signed by the key {signer}."]


def check_checkpoints(lines: Iterator[Line], key: str) -> tuple[list[str], list[str]]:
    """A line that a power cut tore is told and passed over: where a checkpoint is missing, the next one says so."""
    checkpoints, faults, told = Checkpoints(key), list[str](), list[str]()
    for line in lines:
        if "torn" in line:
            told.append(f"Line {line['torn']} cannot be read.")
        else:
            faults += checkpoints.faults_of(line)
    last = checkpoints.last
    if last:
        told.append(f"{checkpoints.count} checkpoints, the last of them {last['id']} of {last['taken_at']}.")
    return [*faults, *checkpoints.end()], [*told, *told_of_keys(checkpoints)]


# --- a record ----------------------------------------------------------------------------------------------------


class Receipts:
    """Who may act for her in one case, as its events name their keys. `before`: how many receipts have none; while
    there is one, she may have acted without a signature."""

    def __init__(self) -> None:
        self.keys: dict[str, str] = {}
        self.ended: set[str] = set()
        self.before = 0

    def may_act(self, event: Line, facts: Line) -> set[str]:
        """One that this event makes vouches for itself only where it is the first."""
        made = {facts["receipt"]["id"]} if "receipt" in facts else set[str]()
        known = set(self.keys) or made
        return known | (made if event["kind"] == "receipt_keys" and self.before > 0 else set())

    def read(self, event: Line, facts: Line, signed_now: bool) -> None:
        if isinstance(receipt := facts.get("receipt"), dict):
            self.keys[receipt["id"]] = sha256(bytes.fromhex(receipt["sign_key"])).hex()
            self.before -= event["kind"] == "receipt_keys"
        elif event["kind"] in MAKE_RECEIPTS and not signed_now:
            self.before += 1
        for name in facts.get("ended", ()):
            self.before -= name not in self.keys
            self.ended.add(name)


class Chain:
    """The chain that is being read: where it stands, and who may act in it."""

    def __init__(self, chain: str) -> None:
        self.chain, self.seq, self.hash = chain, 0, ""
        self.receipts = Receipts()
        self.signed_now, self.by_process = False, False
        """Whether its events are signed by now; and by a process, where by nobody else."""

    def follow(self, name: str, event: Line) -> Iterator[str]:
        if event["seq"] != self.seq + 1:
            yield f"{name} comes after event {self.seq}: what is between them is missing."
        elif event["previous_hash"] != self.hash:
            yield f"{name} does not follow the one before it."
        self.seq, self.hash = event["seq"], event["hash"]

    def turn(self, name: str, event: Line) -> Iterator[str]:
        """From its first event of the newer format on, all are signed."""
        if self.signed_now and event["format"] == 1:
            yield f"{name} is of the older format, after one of the newer."
        self.signed_now = self.signed_now or event["format"] != 1

    @property
    def lenient(self) -> bool:
        """Whether she may have acted without a signature."""
        return self.receipts.before > 0 or not self.signed_now


class Heads:
    """How far checkpoints signed each chain."""

    def __init__(self) -> None:
        self.signed: dict[str, dict[int, list[tuple[str, int]]]] = {}
        """chain -> number of an event -> its hash as checkpoints signed it, each with that checkpoint's number."""
        self.until: dict[str, int] = {}
        self.cases = 0

    def read(self, line: Line, body: Line) -> Iterator[str]:
        """In format 2 what was signed stands beside the body, which has its root."""
        number, leaves = line["checkpoint"], body
        if body.get("format", 1) == 2:
            leaves = json.loads(line["leaves"])
            if tree_root(leaves, body["size"]) != body["root"]:
                yield f"checkpoint {number}: what it says that it signed is not what it signed."
            if leaves["log"][0]:
                self._sign(OFFICE, leaves["log"][0], leaves["log"][1], number)
        for chain, (seq, digest) in leaves["heads"].items():
            self._sign(chain, seq, digest, number)
        self.cases = max(self.cases, leaves["cases"])

    def _sign(self, chain: str, seq: int, digest: str, number: int) -> None:
        self.signed.setdefault(chain, {}).setdefault(seq, []).append((digest, number))
        self.until[chain] = max(self.until.get(chain, 0), seq)

    def compare(self, name: str, event: Line) -> Iterator[str]:
        for digest, number in self.signed.get(event["chain"], {}).pop(event["seq"], []):
            if digest != event["hash"]:
                yield f"checkpoint {number}: {name} is no longer as it was signed."

    def is_behind(self, event: Line) -> bool:
        return bool(event["seq"] > self.until.get(event["chain"], 0))

    def left_of(self, chain: str) -> Iterator[str]:
        """What was signed of a chain, and did not come."""
        for seq, by in self.signed.pop(chain, {}).items():
            yield f"checkpoint {by[0][1]}: chain {chain} no longer has event {seq}, which it signed."

    def left(self) -> Iterator[str]:
        for chain in list(self.signed):
            yield from self.left_of(chain)


class Keys:
    """The verifying keys that a record brings, and whose they are."""

    def __init__(self, expected_key: str) -> None:
        self.expected_key = expected_key
        self.public: dict[str, bytes] = {}
        """By the digest of their Ed25519 half."""
        self.named: set[tuple[str, str, str]] = set()
        """(signer, its id, digest of its whole verifying key) as events of the office's chain name them."""
        self.used: set[tuple[str, str, str]] = set()
        self.of_checkpoints: list[str] = []
        self.unknown = 0
        """Signatures by keys that are not in the file."""

    def bring(self, public: bytes) -> None:
        self.public[sha256(public[:32]).hex()] = public

    def read(self, facts: Line, of_office: bool) -> None:
        """The keys that an event names; only the office's chain says whose they are."""
        if isinstance(receipt := facts.get("receipt"), dict):
            self.bring(bytes.fromhex(receipt["sign_key"]))
        if not of_office:
            return
        brought = facts.get("public")  # a list in the key log: whole, also of keys that are no longer anybody's
        for text in brought if isinstance(brought, list) else ():
            self.bring(base64.b64decode(text))
        for kind, whose, key in (("account", "account", "sign_key"), ("party", "party", "new_party_sign_key")):
            if facts.get(whose) is not None and isinstance(facts.get(key), str):
                self.named.add((kind, str(facts[whose]), facts[key]))

    def signature(
        self, name: str, event_hash: str, receipts: Receipts, signer: str, signer_id: str, key: str, text: str
    ) -> Iterator[str]:
        public = self.public.get(key)
        if public is None:
            self.unknown += 1
            return
        if not is_signed(public, base64.b64decode(text), bytes.fromhex(event_hash), "event", strongly=False):
            yield f"{name}: the signature of {signer} {signer_id} does not fit."
        whole = sha256(public).hex()
        if signer != "receipt":
            self.used.add((signer, signer_id.partition(":")[0], whole))  # "1:old": of party 1, its key of before
        elif receipts.keys.get(signer_id) != whole:
            yield f"{name}: signed by a receipt's key that no event before it names."

    def of_process(self, name: str, event: Line, signatures: list[list[str]], facts: Line) -> Iterator[str]:
        """A key of checkpoints is named by itself and by the one before it; one for what arrives, by that of
        checkpoints."""
        by = set(self._strongly(event, signatures))
        before = self.of_checkpoints[-1] if self.of_checkpoints else ""
        if event["kind"] == "intake_key":
            if before not in by:
                yield f"{name}: it names a key for what arrives, which that of the checkpoints did not sign."
            else:
                self.named.add(("intake", "intake", facts["new"]))
            return
        follows = facts["old"] == before and (not before or before in by)
        if facts["new"] in by and (follows or facts["new"] == self.expected_key):
            self.of_checkpoints.append(facts["new"])
        else:
            yield f"{name}: it names a new key for checkpoints, which the one before it did not sign."

    def _strongly(self, event: Line, signatures: list[list[str]]) -> Iterator[str]:
        """The keys of checkpoints that signed this event."""
        message = bytes.fromhex(event["hash"])
        for signer, _id, key, text in signatures:
            public = self.public.get(key, b"")
            if signer == "record" and public and is_signed(public, base64.b64decode(text), message, "event", True):
                yield sha256(public).hex()

    def of_signers(self, checkpoints: Checkpoints) -> Iterator[str]:
        """Whether those that signed checkpoints are the ones that events name, in their turn."""
        for digest in checkpoints.signers:
            if checkpoints.formats[digest] == 2 and digest not in self.of_checkpoints:
                yield f"Checkpoints are signed by the key {digest}, which no event names."
        turns = [self.of_checkpoints.index(one) for one in checkpoints.signers if one in self.of_checkpoints]
        if turns != sorted(turns):
            yield "Checkpoints are signed by a key after the one that replaced it."

    def strangers(self) -> Iterator[str]:
        named = self.named | {("record", digest[:32], digest) for digest in self.of_checkpoints}
        for signer, signer_id, digest in sorted(self.used - named):
            yield f"{signer} {signer_id} signed with the key {digest}, which no event gives them."


class Record:
    """An exported record, read once: keys, then checkpoints, then the chains, the office's the last."""

    def __init__(self, key: str) -> None:
        self.checkpoints = Checkpoints(key)
        self.checkpoints.previous = ""  # the first of all is here
        self.heads, self.keys, self.chain = Heads(), Keys(key), Chain("")
        self.done: set[str] = set()
        self.events, self.cases = 0, 0
        self.behind, self.before, self.older = 0, 0, 0
        """Events: that no checkpoint covers; of people, signed by nobody, from before there were keys; of format 1."""
        self.unsigned: dict[str, list[str]] = {}
        """By account, events that name it and that it did not sign: what its keys are, the office's chain says last."""

    def faults_of(self, line: Line) -> Iterator[str]:
        if "event" in line:
            yield from self._event(line["event"], line["signatures"])
        elif "checkpoint" in line:
            yield from self.checkpoints.faults_of(line)
            yield from self.heads.read(line, self.checkpoints.last)
        elif "key" in line:
            self.keys.bring(base64.b64decode(line["key"]))
        elif "record" not in line:
            raise NotOurs("A line of it is neither an event nor a checkpoint nor a key.")

    def _event(self, event: Line, signatures: list[list[str]]) -> Iterator[str]:
        if event["chain"] != self.chain.chain:
            yield from self._next_chain(event["chain"])
        name = f"chain {event['chain']}: event {event['seq']}"
        yield from self.chain.follow(name, event)
        whole = event["format"] in (1, 2) and hash_of(event) == event["hash"]
        if not whole:
            yield f"{name} was changed."
        yield from self.heads.compare(name, event)
        self.events, self.behind = self.events + 1, self.behind + self.heads.is_behind(event)
        facts = parsed(event["facts"]) if whole else {}
        if facts is None:
            yield f"{name}: what it says is no list of named facts."
        yield from self._signed(name, event, signatures, facts or {})
        names_a_key = event["kind"] in ("checkpoint_key", "intake_key") and event["chain"] == OFFICE
        if names_a_key and whole and facts is not None:
            yield from self.keys.of_process(name, event, signatures, facts)

    def _next_chain(self, chain: str) -> Iterator[str]:
        yield from self.heads.left_of(self.chain.chain)
        if chain in self.done:
            yield f"chain {chain}: its events do not stand together."
        self.done.add(chain)
        self.cases += chain != OFFICE
        self.chain = Chain(chain)

    def _signed(self, name: str, event: Line, signatures: list[list[str]], facts: Line) -> Iterator[str]:
        """Whether each signature fits, and whoever acted has signed."""
        yield from self.chain.turn(name, event)
        self.older += event["format"] == 1
        receipts = self.chain.receipts
        may_act, ended, lenient = receipts.may_act(event, facts), set(receipts.ended), self.chain.lenient
        receipts.read(event, facts, self.chain.signed_now)
        self.keys.read(facts, event["chain"] == OFFICE)
        by = yield from self._signatures(name, event, signatures, ended)
        if event["actor_id"] is not None:
            self._by_account(name, str(event["actor_id"]), by)
        elif event["role"] in HERS and not by & {("receipt", one) for one in may_act}:
            yield from self._by_no_receipt(name, lenient)
        elif self.chain.by_process and not signatures:
            yield f"{name} is signed by nobody."
        self.chain.by_process |= event["chain"] != OFFICE and ("intake", "intake") in by

    def _signatures(
        self, name: str, event: Line, signatures: list[list[str]], ended: set[str]
    ) -> Generator[str, None, set[tuple[str, str]]]:
        """What does not fit of each; returned is who signed, by the keys that are here."""
        by = set[tuple[str, str]]()
        for signature in signatures:
            faults = list(self.keys.signature(name, event["hash"], self.chain.receipts, *signature))
            yield from faults
            signer, signer_id, key, _text = signature
            if not faults and key in self.keys.public:
                by.add((signer, signer_id))
            if signer == "receipt" and signer_id in ended:
                yield f"{name} is signed by a receipt that had ended."
        return by

    def _by_account(self, name: str, account: str, by: set[tuple[str, str]]) -> None:
        if not self.chain.signed_now:
            self.before += 1
        elif ("account", account) not in by:
            self.unsigned.setdefault(account, []).append(name)

    def _by_no_receipt(self, name: str, lenient: bool) -> Iterator[str]:
        if lenient:
            self.before += 1
        else:
            yield f"{name} is signed by no receipt."

    def end(self) -> Iterator[str]:
        """What only the whole of it can tell."""
        yield from self.heads.left_of(self.chain.chain)
        yield from self.heads.left()
        if self.cases < self.heads.cases:
            yield f"{self.heads.cases} cases were signed for, fewer are here."
        yield from self.checkpoints.end()
        yield from self.keys.of_signers(self.checkpoints)
        yield from self._never_signed()
        yield from self.keys.strangers()

    def _never_signed(self) -> Iterator[str]:
        """Whoever has keys in this record signs all that they do. An account without any is one from before, and such
        accounts are only where the office's record is older than signatures."""
        have = {signer_id for signer, signer_id, _digest in self.keys.named if signer == "account"}
        for account, names in self.unsigned.items():
            if account in have or not self.older:
                yield from (f"{name} is not signed by the account {account}, which it names." for name in names)
            else:
                self.before += len(names)

    def told(self) -> Iterator[str]:
        yield f"{self.events} events of {self.cases} cases and of the office, {self.checkpoints.count} checkpoints."
        if last := self.checkpoints.last:
            number, of_then = last["id"], self.heads.cases
            yield f"The last is checkpoint {number} of {last['taken_at']}: {of_then} cases had been signed for."
            yield f"{self.behind} events came after what it signed: what was taken out of those does not show."
            yield "Whether there were later checkpoints, or later cases, only the office's mails and files can tell."
        if self.before:
            yield f"{self.before} events of people are from before there were keys: nobody signed them."
        yield from told_of_keys(self.checkpoints)
        if 1 in self.checkpoints.formats.values():
            yield "Whether those of the older kind are the office's own, only its server keys can tell."
        if self.keys.unknown:
            yield f"{self.keys.unknown} signatures are by keys that are not in the file, such as ended receipts'."


def check_record(lines: Iterator[Line], key: str) -> tuple[list[str], list[str]]:
    record = Record(key)
    faults = [fault for line in lines for fault in record.faults_of(line)]
    return [*faults, *record.end()], list(record.told())


# --- the file --------------------------------------------------------------------------------------------------


def lines_of(path: str) -> Iterator[Line]:
    """Each line as it was written; {"torn": its number} where it is no line of such a file."""
    with open(path, encoding="utf-8", errors="replace") as file:
        for number, text in enumerate(file, 1):
            if text.strip():
                yield parsed(text) or {"torn": number}


def parsed(text: str) -> Line | None:
    try:
        line = json.loads(text)
    except ValueError:
        return None
    return line if isinstance(line, dict) else None


def check(path: str, key: str = "") -> tuple[list[str], list[str]]:
    """(faults, what is told besides), a sentence each. Raises `NotOurs`, OSError."""
    try:
        first = next((line for line in lines_of(path) if "torn" not in line), {})
        if "proof" in first:
            return check_proof(first, key)
        if "paper" in first:
            return check_paper(first)
        if "week" in first:
            return check_weeks(lines_of(path), key)
        if "record" in first:
            return check_record(lines_of(path), key)
        if "checkpoint" in first:
            return check_checkpoints(lines_of(path), key)
    except (AttributeError, KeyError, TypeError, ValueError, IndexError) as fault:
        raise NotOurs(f"Something in the file is not what it should be: {type(fault).__name__} {fault}.") from fault
    raise NotOurs("This is no record, no proof, no file of checkpoints and none of weeks.")


def main(words: list[str]) -> int:
    if len(words) not in (1, 3) or (len(words) == 3 and words[1] != "--key"):
        print(__doc__)
        return UNKNOWN
    try:
        faults, told = check(words[0], words[2] if len(words) == 3 else "")
    except (NotOurs, OSError) as reason:
        print(f"The file cannot be checked. {reason}")
        return UNKNOWN
    for sentence in (*told, *faults):
        print(sentence)
    print(f"{len(faults)} faults." if faults else "Everything fits.")
    return FAULTY if faults else WHOLE


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
