import os
import runpy
import subprocess
import sys
from datetime import date, timedelta
from pathlib import Path

import click
import pytest

from config import ConfigError, load_config
from grievance.contacts import Contact
from grievance.crypto.keyring import new_entry
from tests.conftest import ROOT

GOOD = {"SECRET_KEYS": new_entry(), "PEPPER": new_entry(), "DATABASE_URL": "sqlite:////tmp/x.sqlite"}


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("DATABASE_URL", "mysql://x"), ("DATABASE_URL", "postgresql://x/y"), ("SECRET_KEYS", ""), ("PEPPER", "short"),
        ("STAFF_PEPPER", "short"),
        ("TIME_ZONE", "Mars/Olympus"), ("LANGUAGES", "en,xx"), ("LANGUAGES", "en,en"), ("FACES", "all"),
        ("TRUSTED_PROXIES", "-1"), ("TRUSTED_PROXIES", "9"), ("ALLOW_SOLO", "yes"), ("HTTPS", "true"),
        ("SITE_NAME", "x" * 81), ("SITE_NAMES", "xx=Name"), ("SITE_NAMES", "fr="),
        ("PARTY_KEYS", "secretariat=zz"), ("PARTY_KEYS", "other=0123456789abcdef"),
        ("PEPPER_FILE", "/nowhere"), ("MAIL_FROM", "a@b\nc@d"), ("MAIL_FROM", "zoé@b.org"),
        ("WEEKEND", "friday,funday"), ("WEEKEND", "5,6"), ("WEEKEND", "monday,tuesday,wednesday,thursday,friday"),
        ("BACKUP_DAYS", "0"), ("BACKUP_DAYS", "367"), ("BACKUP_DAYS", "a month"),
        ("OFFICE_HOURS", "9"), ("OFFICE_HOURS", "17-9"), ("OFFICE_HOURS", "9-25"),
        ("MAIL_FROM", "a@b,c@d"), ("CONTACTS", "[en"), ("CONTACTS", '[xx]\nmail = "a@b.org"'),
        ("CONTACTS", '[en]\nmail = "a, b"'), ("CONTACTS", '[en]\nfax = "1"'), ("CONTACTS", '[en]\nhours = "9 to 5"'),
        ("CONTACTS", '[en]\ntelephone = "call us"'), ("CONTACTS", '[en]\ntelephone = "+41 22 000 00 00"'),
        ("STAFF_URL", "staff.example.org"), ("SITE_URL", "ftp://example.org"),
        ("RECORD_KEY", "short"), ("INTAKE_KEY", "a:short"), ("RECORD_TRUSTED", "0123456789abcdef"),
        ("FILES_URL", "s3://"), ("FILES_URL", "ftp://x/y"), ("FILES_URL", "s3://UPPER/x"), ("FILES_REGION", "a b"),
        ("FILES_ENDPOINT", "http://s3.example.org"), ("FILES_ENDPOINT", "https://user@s3.example.org"),
        ("FILES_CONDITIONS", "no"), ("FILES_SECRET_FILE", "/nowhere"),
        ("CONTACTS", "en = 1"), ("CONTACTS", "[en]\nmail = 1"), ("CONTACTS_FILE", "/nowhere"),
    ],
)  # fmt: skip
def test_a_doubtful_value_is_refused_by_name(name, value):
    with pytest.raises(ConfigError, match=name.removesuffix("_FILE")):
        load_config({**GOOD, name: value})


def test_backups_are_kept_for_five_weeks_where_nobody_says_otherwise():
    assert load_config(GOOD)["BACKUPS_KEPT"] == timedelta(days=35)
    assert load_config({**GOOD, "BACKUP_DAYS": "20"})["BACKUPS_KEPT"] == timedelta(days=20)


BUCKET = {**GOOD, "FILES_URL": "s3://files/office/", "FILES_KEY_ID": "office", "FILES_SECRET": "geheim"}


def test_a_bucket_is_reached_with_a_key_that_no_print_of_it_shows():
    known = load_config({**BUCKET, "ERASURES": "/srv/x/erasures.jsonl", "FILES_ENDPOINT": "https://s3.example.org/"})
    assert str(known["FILES"]) == "s3://files/office" and known["FILES"].access.address == "https://s3.example.org"
    assert known["FILES"].access.secret == "geheim" and "geheim" not in repr(known["FILES"])
    assert known["CHECKPOINTS_FILE"] == Path("/srv/x/checkpoints.jsonl")


@pytest.mark.parametrize("missing", ["ERASURES", "FILES_KEY_ID", "FILES_SECRET"])
def test_a_bucket_without_a_key_or_without_a_disk_for_the_list_of_erasures_is_refused(missing):
    env = {**BUCKET, "ERASURES": "/srv/x/erasures.jsonl"}
    with pytest.raises(ConfigError, match=missing):
        load_config({name: value for name, value in env.items() if name != missing})


def test_the_offices_weekend_is_named_by_its_days():
    assert load_config(GOOD)["WEEKEND"] == {5, 6}
    assert load_config({**GOOD, "WEEKEND": "friday,saturday"})["WEEKEND"] == {4, 5}


def test_a_contact_is_a_table_of_its_language_and_may_come_from_a_file(tmp_path):
    path = tmp_path / "contacts.toml"
    path.write_text('[fr]\ntelephone = "+41 22 000 00 00"\nhours = "9 h à 17 h"\nmail = "contact@example.org"\n')
    known = load_config({**GOOD, "CONTACTS_FILE": str(path)})["CONTACTS"]
    assert known == {"fr": Contact("+41 22 000 00 00", "contact@example.org", "", "9 h à 17 h")}


def test_a_doubtful_contact_is_refused_with_what_is_wrong_in_which_language():
    with pytest.raises(ConfigError, match=r"CONTACTS cannot be used: \[fr\] needs the hours"):
        load_config({**GOOD, "CONTACTS": '[fr]\ntelephone = "+41 22 000 00 00"'})


def test_a_secret_may_come_from_a_file_and_is_not_repeated_in_a_refusal(tmp_path):
    path = tmp_path / "pepper"
    path.write_text(GOOD["PEPPER"] + "\n")
    env = {k: v for k, v in GOOD.items() if k != "PEPPER"}
    assert load_config({**env, "PEPPER_FILE": str(path)})["PEPPERS"].current
    path.write_text("a:geheim!")
    with pytest.raises(ConfigError) as refused:
        load_config({**env, "PEPPER_FILE": str(path)})
    assert "geheim" not in str(refused.value)


def test_what_is_added_to_passwords_has_no_place_in_a_process_of_the_public_alone():
    assert load_config(GOOD)["STAFF_PEPPERS"] is None
    given = {**GOOD, "STAFF_PEPPER": new_entry()}
    assert load_config(given)["STAFF_PEPPERS"].current and load_config({**given, "FACES": "desk"})["STAFF_PEPPERS"]
    for faces in ("form", "follow", "public,api"):
        with pytest.raises(ConfigError, match="STAFF_PEPPER does not belong"):
            load_config({**given, "FACES": faces})


@pytest.mark.parametrize("name", ["RECORD_KEY", "SIGN_KEY", "DRILL_KEY", "SMS_GATEWAY"])
def test_a_process_that_serves_pages_does_not_start_with_a_key_of_another_one(name):
    gateway = '[smpp]\nhost = "gate.example.org"\nport = 3550\nsystem_id = "x"\npassword = "geheim"'
    given = {**GOOD, "SMS_FROM": "Office", name: gateway if name == "SMS_GATEWAY" else new_entry()}
    assert load_config(given)  # the worker, and commands
    for told in ({"serves": True}, {}):
        with pytest.raises(ConfigError, match=f"^{name} does not belong to a process that serves pages"):
            load_config({**given, "FACES": "desk" if told else "form"}, **told)


def test_a_process_of_the_public_alone_has_no_password_of_the_mail_server():
    given = {**GOOD, "SITE_URL": "https://x.example.org", "MAIL_URL": "smtps://office:geheim@mail.example.org"}
    assert load_config({**given, "FACES": "desk"})["MAIL_URL"]
    with pytest.raises(ConfigError, match="^MAIL_URL has a password") as refused:
        load_config({**given, "FACES": "follow"})
    assert "geheim" not in str(refused.value)
    assert load_config({**given, "FACES": "follow", "MAIL_URL": "smtps://mail.example.org"})


def test_a_process_of_the_public_alone_connects_as_its_own_role():
    def connects(role, faces):
        return load_config(
            {**GOOD, "DATABASE_URL": f"postgresql+psycopg://{role}:geheim@host/grievance", "FACES": faces}
        )

    for role, faces in (("form", "form"), ("follow", "follow"), ("onion", "public"), ("onion", "form,follow")):
        assert connects(f"grievance_{role}", faces) and connects("somebodys_own", faces)
        with pytest.raises(ConfigError, match=f"^DATABASE_URL is that of grievance_staff.* as grievance_{role}\\.$"):
            connects("grievance_staff", faces)


def test_a_newer_cookie_key_keeps_the_older_one_valid():
    config = load_config({**GOOD, "SECRET_KEYS": f"{new_entry()},{GOOD['SECRET_KEYS']}"})
    assert load_config(GOOD)["SECRET_KEY"] in config["SECRET_KEY_FALLBACKS"]


def test_a_site_without_mail_may_have_a_host_that_is_no_mail_domain():
    for site in ("http://[::1]:8000", "https://büro.example"):
        assert load_config({**GOOD, "SITE_URL": site})["SITE_URL"] == site
        with pytest.raises(ConfigError, match="MAIL_FROM"):
            load_config({**GOOD, "SITE_URL": site, "MAIL_URL": "smtp://localhost"})


def test_the_address_of_a_site_may_name_a_folder_and_nothing_else():
    site = "https://example.org/office/complaints"
    assert load_config({**GOOD, "SITE_URL": f"{site}/"})["SITE_URL"] == site
    for doubtful in ("https://example.org/x?y", "https://example.org/#x", "https://example.org//x", "example.org/x"):
        with pytest.raises(ConfigError, match="SITE_URL"):
            load_config({**GOOD, "SITE_URL": doubtful})


def test_the_tests_depend_on_no_variable_of_the_shell_that_they_are_run_in():
    theirs = {"SECRET_KEYS_FILE": "/nowhere", "LOG_LEVEL": "debug", "FACES": "desk", "SCRIPT_NAME": "/office"}
    program = f"import os, tests.conftest; print(sorted(set({list(theirs)}) & set(os.environ)))"
    env = {**os.environ, **theirs}
    left = subprocess.run(
        [sys.executable, "-c", program], env=env, cwd=ROOT, capture_output=True, text=True, check=True
    )
    assert left.stdout.strip() == "[]"


def test_a_command_without_a_variable_that_it_needs_ends_in_one_sentence():
    """Flask would print where in the code it was found, and then that there is no such command."""
    with pytest.raises(click.ClickException, match=r"^SECRET_KEYS is missing\.$"):
        runpy.run_path(str(ROOT / "wsgi.py"))


EMERGENCY = '[emergency.KE]\nwho = "Those who protect"\ntelephone = "+254 00 000 0000"\nchecked = 2026-11-29'


def test_who_can_help_at_once_is_known_by_country_with_the_day_on_which_it_was_checked():
    known = load_config({**GOOD, "CONTACTS": EMERGENCY})
    assert known["EMERGENCY"]["KE"].checked == date(2026, 11, 29) and known["CONTACTS"] == {}


def test_who_helps_after_sexual_violence_or_helps_a_child_stands_in_a_table_of_its_own():
    clinic = EMERGENCY.replace("KE]", "KE.sexual]")
    known = load_config({**GOOD, "CONTACTS": f"{EMERGENCY}\n{clinic}"})
    assert known["HELPERS"]["sexual"]["KE"].who == known["EMERGENCY"]["KE"].who == "Those who protect"
    alone = load_config({**GOOD, "CONTACTS": clinic.replace("sexual", "child")})
    assert set(alone["HELPERS"]["child"]) == {"KE"} and alone["EMERGENCY"] == {} == alone["HELPERS"]["sexual"]


def test_nobody_is_said_to_help_at_once_by_default():
    assert load_config(GOOD)["EMERGENCY"] == {} and load_config(GOOD)["HELPERS"] == {"sexual": {}, "child": {}}


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("emergency = 1", "must hold a table for each country"),
        (EMERGENCY.replace("KE", "Kenya"), "by two capital letters"),
        (EMERGENCY.replace("\nchecked = 2026-11-29", ""), "checked must be the day"),
        (EMERGENCY.replace("2026-11-29", '"yesterday"'), "checked must be the day"),
        (EMERGENCY.replace("who", "whom"), "must say who, telephone and checked"),
        (EMERGENCY.replace("+254 00 000 0000", "call us"), "telephone must be a number"),
        ("[emergency.KE]", "must say who, telephone and checked"),
        ('[emergency.KE]\nsexual = "a clinic"', r"\[emergency.KE.sexual\] must be a table"),
        (EMERGENCY.replace("KE]", "KE.sexual]").replace("who", "whom"), r"KE.sexual\] must say who"),
    ],
)
def test_a_doubtful_contact_for_a_danger_is_refused_with_a_sentence(text, reason):
    with pytest.raises(ConfigError, match=reason):
        load_config({**GOOD, "CONTACTS": text})
