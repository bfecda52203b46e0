"""Who could read once, and kept a copy of everything, reads what was there then and nothing that is written since."""

from contextlib import contextmanager
from dataclasses import replace

import pytest
from sqlalchemy import delete, func, insert, select, update

from grievance import clock, demonstration
from grievance.access import Person, WrongKey, opened, receipt_pair
from grievance.accounts import leaving, new_case, people, receipts
from grievance.accounts.keys import epochs, rotation
from grievance.crypto.compartments import Compartment, NoKey, commit
from grievance.crypto.sealing import CannotOpen
from grievance.crypto.signing import digest, light_public_of
from grievance.demonstration import do, signed_in
from grievance.extensions import db
from grievance.forms.fields import Refused
from grievance.intake import filing
from grievance.maintenance import doctor
from grievance.models.case import Case
from grievance.models.keys import CompanyEnvelope, ReceiptEnvelope, SecretariatEnvelope
from grievance.models.people import Account, PartyKind, Role
from grievance.models.vouching import Epoch, EpochEnvelope
from grievance.models.writing import Writing
from grievance.record import chain
from grievance.record.transaction import unit_of_work
from grievance.record.writings import read_writing
from grievance.reports.casefile import open_case_file
from grievance.workflow import effects, unfit
from tests.accounts import two_people
from tests.accounts.test_leaving import account_of, join
from tests.attacks.old_copy import OldCopy
from tests.scenarios.days import facts, kinds
from tests.views.test_routes import client_of

NEW_FACTS = ("receipt", "keys", "ended", "epochs")
C = Compartment
EVERYBODY = ("Noor", "Amina", "Victor")
READ_BY = {
    C.INTERNAL: {"Noor"},
    C.CORRESPONDENCE: {"Noor", "Amina"},
    C.COMPANY: {"Noor", "Victor"},
    C.SHARED: {"Noor", "Amina", "Victor"},
}


class Story:
    """A case that Larkfield has. `say` has words written, and gives the writings that are new by it."""

    def __init__(self, cast, until="refer", **answers):
        self.cast, self.reference = dict(cast), ""
        self.reference, self.cast["Amina"], self.code = demonstration.file_one(clock.now(), **answers)
        for step in ("acknowledge", "refer") if until == "refer" else ("acknowledge",):
            self.do(step, "Noor")

    @property
    def case(self):
        return db.session.scalars(select(Case).where(Case.reference == self.reference)).one()

    def do(self, step, who, **more):
        before = {one.id for one in self.writings()}
        do(step, self.cast[who], self.reference, clock.now(), self.cast["Tomas"], **more)
        return [one for one in self.writings() if one.id not in before]

    def writings(self):
        return list(db.session.scalars(select(Writing).where(Writing.case_id == self.case.id)))

    def say(self, who, audience):
        return self.do("write", who, audience=audience, message="Zinnober")

    def in_every_compartment(self):
        new = [
            *self.do("note", "Noor"), *self.say("Noor", "complainant"), *self.say("Amina", "secretariat"),
            *self.say("Noor", "company"), *self.say("Noor", "all"), *self.say("Victor", "secretariat"),
            *self.say("Amina", "all"), *self.say("Victor", "all"),
        ]  # fmt: skip
        assert {one.compartment for one in new} == set(Compartment)
        return new

    def reads(self, who, writing):
        keys = opened(self.cast[who], self.case)
        try:
            read_writing(keys, writing)
        except NoKey:
            return False
        return True

    def is_read_as_it_should_be(self, writings):
        return all({who for who in EVERYBODY if self.reads(who, one)} == READ_BY[one.compartment] for one in writings)

    def signs_in_again(self):
        for name in ("Noor", "Tomas", "Victor"):
            self.cast[name] = signed_in(name)

    def rotated(self, name):
        rotation.begin(signed_in(name))
        assert rotation.go_on(signed_in(name), 99).finished
        self.signs_in_again()


@pytest.fixture
def story(both):
    return Story(both.cast)


def opens(code):
    return receipts._found(code, clock.now()).opens


def epochs_of(writings):
    return {(one.compartment, one.n): one.epoch for one in writings}


def test_a_former_member_reads_what_was_there_and_nothing_that_is_written_after_the_rotation(story):
    petra = join("Petra", Role.OFFICER, story.cast["Noor"])
    before = story.in_every_compartment()
    copy = OldCopy([petra.party_seed])
    leaving.leave(story.cast["Tomas"], account_of("Petra").id)
    story.rotated("Noor")
    after = story.in_every_compartment()
    assert all(copy.reads(one) for one in before) and not any(copy.reads(one) for one in after)
    assert story.is_read_as_it_should_be(before) and story.is_read_as_it_should_be(after)
    assert {one.epoch for one in before} == {0} and {one.epoch for one in after} == {1}
    assert doctor.examine() == []


def test_nor_the_packet_of_a_later_hand_over_and_what_is_said_to_that_company(both):
    story = Story(both.cast, until="acknowledge")
    copy = OldCopy([story.cast["Noor"].party_seed])
    story.rotated("Noor")
    (packet,) = [one for one in story.do("refer", "Noor") if one.compartment == C.SHARED]
    assert not copy.reads(packet) and story.is_read_as_it_should_be([packet])
    after = story.in_every_compartment()
    assert not any(copy.reads(one) for one in after) and story.is_read_as_it_should_be(after)
    assert epochs_of(after)[C.SHARED, packet.n] == packet.epoch == 1  # the hand-over's own epoch goes on


def test_a_second_rotation_begins_another_epoch_and_what_was_under_the_first_is_still_read(story):
    for number in (1, 2):
        copy = OldCopy([story.cast["Noor"].party_seed])
        before = story.in_every_compartment()
        story.rotated("Noor")
        after = story.in_every_compartment()
        assert {one.epoch for one in after} == {number} and not any(copy.reads(one) for one in after)
        assert story.is_read_as_it_should_be([*before, *after])
    assert doctor.examine() == []


def test_a_former_person_of_a_company_reads_nothing_that_is_written_after_its_rotation(story):
    before = story.in_every_compartment()
    copy = OldCopy([story.cast["Victor"].party_seed])
    story.rotated("Victor")
    after = story.in_every_compartment()
    assert any(copy.reads(one) for one in before) and not any(copy.reads(one) for one in after)
    assert story.is_read_as_it_should_be(after)
    theirs = {one.epoch for one in after if one.compartment in (C.COMPANY, C.SHARED)}
    assert theirs == {1} and {one.epoch for one in after if one.compartment in (C.INTERNAL, C.CORRESPONDENCE)} == {0}


def code_in(writings):
    (says,) = [read_writing(opened(signed_in("Noor"), db.session.get(Case, one.case_id)), one)
               for one in writings if one.step == "handover_code"]  # fmt: skip
    return says["code"]


def replaced(story):
    """A lost receipt is replaced: the code of the office, and the new receipt, which is hers from now on."""
    code = code_in(story.do("reissue_receipt", "Noor", holder="complainant"))
    return code, taken_over(story, code)


def taken_over(story, code):
    followed = receipts.follow(code)
    story.cast["Amina"] = receipts.complainant_of(followed.session)
    return receipts.shown(followed.receipt_secret)


def test_whoever_has_the_lost_receipt_or_the_code_reads_nothing_after_the_new_one(story):
    before = story.in_every_compartment()
    lost = opens(story.code)
    code = code_in(story.do("reissue_receipt", "Noor", holder="complainant"))
    copy = OldCopy(receipts=[lost, opens(code)])
    taken_over(story, code)
    after = story.in_every_compartment()
    assert any(copy.reads(one) for one in before) and not any(copy.reads(one) for one in after)
    assert story.is_read_as_it_should_be(before) and story.is_read_as_it_should_be(after)


def test_what_is_written_while_a_code_waits_is_read_with_the_receipt_that_it_becomes(story):
    replaced(story)
    story.in_every_compartment()
    code = code_in(story.do("reissue_receipt", "Noor", holder="complainant"))
    story.rotated("Noor")
    meanwhile = story.in_every_compartment()
    taken_over(story, code)
    assert {one.epoch for one in meanwhile} == {1, 2} and story.is_read_as_it_should_be(meanwhile)
    assert story.is_read_as_it_should_be(story.in_every_compartment())


def test_a_representative_whose_receipt_is_cut_reads_nothing_that_is_written_since(both):
    raw = {"account": demonstration.ACCOUNT, "company": demonstration.larkfield(), "could_harm": "no",
           "share_account": "yes"}  # fmt: skip
    secret = filing.new_secret()
    story = Story(both.cast)
    filed = filing.file_complaint(raw, secret, "en")
    story.reference, theirs = filed.reference, receipts.make_second(secret)
    story.cast["Amina"] = receipts.complainant_of(receipts.follow(filed.code).session)
    for step in ("acknowledge", "refer"):
        story.do(step, "Noor")
    copy = OldCopy(receipts=[opens(theirs)])
    before = story.in_every_compartment()
    story.do("revoke_authority", "Amina")
    after = story.in_every_compartment()
    assert any(copy.reads(one) for one in before) and not any(copy.reads(one) for one in after)
    assert story.is_read_as_it_should_be(after)


def test_a_second_receipt_that_is_made_later_reads_the_later_epochs_too(story):
    code, _new = replaced(story)
    before = story.in_every_compartment()
    code = code_in(story.do("reissue_receipt", "Noor", holder="complainant"))
    followed = receipts.follow(code)
    second = receipts.make_second(followed.receipt_secret)
    story.cast["Amina"] = receipts.person_with(second)
    assert {one.epoch for one in before} == {0, 1} and story.is_read_as_it_should_be(before)
    assert story.cast["Amina"].role == Role.REPRESENTATIVE


def test_a_company_reads_nothing_that_is_said_between_a_recall_and_a_new_packet(story):
    copy = OldCopy([story.cast["Victor"].party_seed])
    before = story.in_every_compartment()
    story.do("recall_packet", "Noor", packet="", previewed="")
    between = [*story.say("Amina", "all"), *story.say("Noor", "complainant")]
    shared = [one for one in between if one.compartment == C.SHARED]
    assert any(copy.reads(one) for one in before) and not any(copy.reads(one) for one in between)
    assert all(story.reads("Noor", one) and story.reads("Amina", one) for one in between)
    assert not any(story.reads("Victor", one) for one in [*before, *between])
    assert all(one.epoch == 1 for one in shared)


def companys_envelopes():
    return db.session.scalars(select(EpochEnvelope).where(EpochEnvelope.holder == "company")).all()


def test_a_corrected_packet_is_read_by_the_company_and_nothing_of_before_is(story):
    story.rotated("Victor")
    before = story.in_every_compartment()
    assert companys_envelopes() != []
    recall = story.do("recall_packet", "Noor")
    assert companys_envelopes() == []  # the new packet is under the first key of its own number
    after = [*recall, *story.in_every_compartment()]
    assert not any(story.reads("Victor", one) for one in before)
    assert story.is_read_as_it_should_be([one for one in after if one.compartment in (C.SHARED, C.COMPANY)])
    assert doctor.examine() == []


# --- cases from before -------------------------------------------------------------------------------------


@pytest.fixture
def without_the_first_net(monkeypatch):
    """A step is refused already where a row does not fit the record. Here that net is away, and the one below holds."""
    monkeypatch.setattr(unfit, "refuse", lambda *_whatever: None)


@contextmanager
def before_there_were_any(monkeypatch, form=1):
    """Everything as the code of before wrote it: receipts without keys, and events that name none and sign nothing.
    `form` 2: within a case that goes on today, where whoever acts signs."""
    with monkeypatch.context() as patch:
        real = chain.append

        def append(case, kind, person, happened_at, recorded_at, facts=None, *args, signed_by=(), **more):
            patch.setattr(chain, "FORMAT", form if case else 2)  # who holds which key is known as it is today
            if case is None:
                return real(case, kind, person, happened_at, recorded_at, facts, *args, signed_by=signed_by, **more)
            facts = {name: fact for name, fact in (facts or {}).items() if name not in NEW_FACTS}
            by = replace(person, own_seed=None, receipt_seed=None) if form == 1 else person
            return real(case, kind, by, happened_at, recorded_at, facts, *args, **more)

        patch.setattr(chain, "append", append)
        patch.setattr(epochs, "in_force", lambda *_whatever: 0)
        patch.setattr(receipts, "_given_keys", lambda _id, found, _now: found.opens)
        for module in (receipts, filing):
            patch.setattr(module, "with_new_seed", lambda key: key[:32])
        for module in (new_case, effects):
            patch.setattr(module, "commit", lambda _key: None)
        yield


@pytest.fixture
def old(both, monkeypatch):
    """A case from before, with words in every compartment, and a rotation of the Secretariat that came after them."""
    with before_there_were_any(monkeypatch):
        story = Story(both.cast)
        story.words = story.in_every_compartment()
        story.copy = OldCopy([story.cast["Noor"].party_seed], [opens(story.code)])
        story.rotated("Noor")
    return story


def test_an_old_case_opens_as_it_did_and_has_no_keys_of_receipts(old):
    (envelope,) = receipts.living_receipts(old.case)
    assert envelope.public_key is None and len(opens(old.code)) == 32
    assert old.is_read_as_it_should_be(old.words) and all(old.copy.reads(one) for one in old.words)
    assert {one.epoch for one in old.words} == {0} and doctor.examine() == []


def test_until_her_next_visit_what_she_reads_stays_in_its_epoch_and_the_rest_does_not(old):
    after = old.in_every_compartment()
    assert epochs_of(after) == {(C.INTERNAL, 0): 1, (C.COMPANY, 1): 1, (C.CORRESPONDENCE, 0): 0, (C.SHARED, 1): 0}
    assert old.is_read_as_it_should_be(after)


def test_at_her_next_visit_the_receipt_gets_keys_and_the_next_word_a_new_epoch(old):
    old.cast["Amina"] = receipts.complainant_of(receipts.follow(old.code).session)
    after = old.in_every_compartment()
    assert {one.epoch for one in after} == {1} and old.is_read_as_it_should_be([*old.words, *after])
    mallory = OldCopy(old.copy.seeds, old.copy.receipts)
    assert not any(mallory.reads(one) or old.copy.reads(one) for one in after)
    assert [kind for kind in kinds(old.case) if kind == "receipt_keys"] == ["receipt_keys"]
    (fact,) = facts(old.case, "receipt_keys")
    (envelope,) = receipts.living_receipts(old.case)
    assert fact == receipts.named(envelope) and doctor.examine() == []


def test_a_visit_gives_keys_once_and_an_older_session_ends_with_it(old, monkeypatch):
    with before_there_were_any(monkeypatch):
        session = receipts.follow(old.code).session
    assert receipts.complainant_of(session) is not None
    for _twice in range(2):
        assert receipts.complainant_of(receipts.follow(old.code).session).receipt_seed
    assert receipts.complainant_of(session) is None and len(facts(old.case, "receipt_keys")) == 1


def test_a_code_from_before_is_taken_over_to_a_receipt_with_keys(old, monkeypatch):
    with before_there_were_any(monkeypatch):
        code = code_in(old.do("reissue_receipt", "Noor", holder="complainant"))
    taken_over(old, code)
    after = old.in_every_compartment()
    assert {one.epoch for one in after} == {1} and old.is_read_as_it_should_be([*old.words, *after])
    assert not any(old.copy.reads(one) for one in after)


# --- what somebody put into the database -------------------------------------------------------------------


@pytest.mark.usefixtures("without_the_first_net")
def test_nothing_is_sealed_to_a_receipt_that_the_record_does_not_name(story):
    (hers,) = receipts.living_receipts(story.case)
    columns = {column.key: getattr(hers, column.key) for column in ReceiptEnvelope.__table__.columns}
    seed = b"m" * 32
    mine = {"id": "f" * 32, "lookup": "f" * 64, "public_key": receipt_pair(seed).public}
    db.session.execute(insert(ReceiptEnvelope).values(columns | mine))
    db.session.commit()
    story.rotated("Noor")
    with pytest.raises(WrongKey):
        story.say("Noor", "complainant")
    assert not db.session.scalar(select(func.count()).where(EpochEnvelope.receipt_id == "f" * 32))


def test_a_key_that_does_not_fit_what_was_committed_to_opens_nothing(both):
    story = Story(both.cast)
    story.rotated("Noor")
    story.in_every_compartment()
    for table, who in ((SecretariatEnvelope, "Noor"), (CompanyEnvelope, "Victor"), (Epoch, "Amina")):
        right = db.session.scalars(select(table.commit)).all()
        db.session.execute(update(table).values(commit="0" * 64))
        db.session.commit()
        with pytest.raises(WrongKey):
            open_case_file(story.cast[who], story.case)
        if table is not Epoch:
            db.session.execute(update(table).values(commit=right[0]))
            db.session.commit()


def test_a_case_whose_key_does_not_fit_says_so_on_its_page(app, cast):
    story = Story(cast)
    db.session.execute(update(SecretariatEnvelope).values(commit="0" * 64))
    db.session.commit()
    page = client_of(app, "Noor").get(f"/desk/cases/{story.reference}")
    assert page.status_code == 409 and "is not the one that the record names" in page.text


def test_labels_of_epochs_that_are_swapped_open_nothing(story):
    story.rotated("Noor")
    story.in_every_compartment()
    internal, shared = (
        db.session.scalars(select(Epoch).where(Epoch.compartment == where)).one() for where in (C.INTERNAL, C.SHARED)
    )
    names = ("compartment", "n", "commit")
    one, other = ([getattr(row, name) for name in names] for row in (internal, shared))
    moved = update(Epoch).where(Epoch.id == internal.id)
    db.session.execute(moved.values(number=9))
    db.session.execute(update(Epoch).where(Epoch.id == shared.id).values(dict(zip(names, one, strict=True))))
    db.session.execute(moved.values(dict(zip(names, other, strict=True)) | {"number": 1}))
    db.session.commit()
    for who in EVERYBODY:
        with pytest.raises((CannotOpen, NoKey)):
            opened(story.cast[who], story.case).key(C.SHARED, 1, 1)


# --- and in the record -------------------------------------------------------------------------------------


def added(story, kind, role, facts):
    """An event of the case, as somebody adds it who can write to the database and has no key."""
    with unit_of_work():
        case = story.case
        chain.append(case, kind, Person(role, case_id=case.id), clock.now(), clock.now(), facts)
        case.version += 1


def an_epoch_of_mallory(story, number=1):
    """Rows that give everybody a later key of the correspondence that Mallory knows; what an event says of it."""
    key, where = b"m" * 32, (C.CORRESPONDENCE, 0, number)
    office = epochs.party_key(PartyKind.SECRETARIAT)
    epoch = Epoch(id="f" * 32, case_id=story.case.id, compartment=where[0], n=0, number=number, commit=commit(key),
                  begun_at=clock.now())  # fmt: skip
    db.session.add(epoch)
    epochs._seal_to_party(epoch, key, "secretariat", office)
    for one in receipts.living_receipts(story.case):
        epochs._seal_to_receipt(epoch, key, one, {one.id: digest(one.public_key)})
    db.session.commit()
    keys = {"secretariat": office.key_id}
    return {"in": "correspondence", "n": 0, "number": number, "commit": epoch.commit, "keys": keys}


@pytest.mark.parametrize("role", [Role.COMPLAINANT, Role.CLOCK])
@pytest.mark.usefixtures("without_the_first_net")
def test_nobody_writes_under_a_later_key_that_nobody_signed_for(story, role):
    added(story, "write", role, {"epochs": [an_epoch_of_mallory(story)]})
    for who, audience in (("Noor", "complainant"), ("Amina", "secretariat")):
        with pytest.raises(WrongKey):
            story.say(who, audience)


@pytest.mark.usefixtures("without_the_first_net")
def test_nor_under_one_that_took_the_place_of_the_key_that_was_signed_for(story):
    story.rotated("Noor")
    story.say("Noor", "complainant")
    for table in (EpochEnvelope, Epoch):
        db.session.execute(delete(table))
    db.session.commit()
    an_epoch_of_mallory(story)
    with pytest.raises(WrongKey):
        story.say("Noor", "complainant")


@pytest.mark.parametrize("kind", ["second_code", "receipt_keys", "receipt_taken_over"])
@pytest.mark.usefixtures("without_the_first_net")
def test_no_later_key_is_sealed_to_a_receipt_for_which_only_itself_speaks(story, kind):
    (hers,) = receipts.living_receipts(story.case)
    columns = {column.key: getattr(hers, column.key) for column in ReceiptEnvelope.__table__.columns}
    seed, name = b"m" * 32, "f" * 32
    mine = {"id": name, "lookup": "f" * 64, "public_key": receipt_pair(seed).public}
    db.session.execute(insert(ReceiptEnvelope).values(columns | mine))
    db.session.commit()
    made = {"id": name, "key": digest(mine["public_key"]), "sign_key": light_public_of(seed).hex()}
    person = Person(Role.COMPLAINANT, case_id=story.case.id, receipt_id=name, receipt_seed=seed)
    with unit_of_work():
        chain.append(story.case, kind, person, clock.now(), clock.now(), {"receipt": made, "ended": [hers.id]})
    story.rotated("Noor")
    with pytest.raises(WrongKey):
        story.say("Noor", "complainant")
    assert not db.session.scalar(select(func.count()).where(EpochEnvelope.receipt_id == name))


@pytest.mark.usefixtures("without_the_first_net")
def test_no_later_key_is_sealed_to_a_lost_receipt_that_somebody_brought_back_to_life(story):
    (lost,) = [one.id for one in receipts.living_receipts(story.case)]
    replaced(story)
    db.session.execute(update(ReceiptEnvelope).where(ReceiptEnvelope.id == lost).values(revoked_at=None))
    db.session.commit()
    with pytest.raises(WrongKey):
        story.say("Noor", "complainant")
    assert not db.session.scalar(select(func.count()).where(EpochEnvelope.receipt_id == lost))


@pytest.mark.parametrize("number", [1, 999])
def test_nobody_writes_under_a_later_key_that_was_begun_in_an_accounts_name_and_that_it_did_not_sign(both, number):
    story = Story(both.cast)
    with unit_of_work():
        db.session.execute(insert(Account).values(id=999, party_id=1, email="m@example.org", name="M",
                                                  role=Role.OFFICER, status="active",
                                                  created_at=clock.now()))  # fmt: skip
    mallory = Person(Role.OFFICER, account_id=number, own_seed=b"m" * 96)
    facts = {"epochs": [an_epoch_of_mallory(story)]}
    with unit_of_work():
        case = story.case
        chain.append(case, "write", mallory, clock.now(), clock.now(), facts)
        case.version += 1
    with pytest.raises(Refused, match="does not fit the record"):
        story.say("Noor", "complainant")
    with pytest.raises(WrongKey), unit_of_work():  # and so is whatever asks for the keys without a step
        epochs.told_by(story.case, {})


def test_what_an_officer_began_before_a_forgotten_password_stays_in_force(story):
    story.rotated("Noor")
    began = story.say("Noor", "complainant")
    code = two_people.invited_again(story.cast["Tomas"], story.cast["Noor"].account_id)
    people.accept(code, demonstration.PASSWORD)
    two_people.admit(signed_in("Tomas"), account_of("Noor").id)
    story.signs_in_again()
    after = [*story.say("Noor", "complainant"), *story.say("Amina", "secretariat")]
    assert {one.epoch for one in (*began, *after)} == {1} and story.is_read_as_it_should_be(after)
    assert not [one for one in doctor.examine() if "signed" in one]
