"""What somebody else chose to be sent to: public addresses, as they were looked up, and nothing inside."""

import socket
from ipaddress import ip_address, ip_network

import pytest

from config import ConfigError, load_config
from grievance import outward
from grievance.outward import Allowed, NotSent, Why
from tests.conftest import SECRETS

INSIDE = (
    "127.0.0.1", "127.8.9.1", "0.0.0.0", "10.1.2.3", "172.16.0.1", "192.168.1.1", "169.254.169.254", "100.64.0.1",
    "192.0.0.8", "192.0.2.1", "192.88.99.1", "198.18.0.1", "224.0.0.1", "240.0.0.1", "255.255.255.255",
    "::", "::1", "::ffff:127.0.0.1", "::ffff:10.1.2.3", "::127.0.0.1", "64:ff9b::7f00:1", "64:ff9b:1::1", "2001::1",
    "2001:db8::1", "2002:7f00:1::", "3fff::1", "5f00::1", "fc00::1", "fd00:ec2::254", "fe80::1", "ff02::1", "ff0e::1",
)  # fmt: skip
PUBLIC = ("1.1.1.1", "8.8.8.8", "::ffff:8.8.8.8", "2606:4700::1111", "2a00:1450::5")
FORM = (
    "", "example.org", "http://example.org/", "ftp://example.org/", "https://", "https:///x", "https://a b.example/",
    "https://user:word@example.org/", "https://example.org/#part", "https://example.org/\n", "https://exämple.org/",
    "https://-x.example/", "https://example.org\\@inside/", "https://[::1", "https://[fe80::1%25eth0]/",
    "https://example.org:99999/", "https://" + "a" * 600,
)  # fmt: skip


def answering(*addresses):
    return lambda _host, _port: list(addresses)


def reason(call, *given):
    with pytest.raises(NotSent) as refused:
        call(*given)
    return refused.value.why


@pytest.mark.parametrize("address", INSIDE)
def test_an_address_inside_is_refused_written_out_and_behind_a_name(address):
    assert not outward.may_go_to(ip_address(address), ())
    written = f"[{address}]" if ":" in address else address
    where = outward.read(f"https://{written}/hook", Allowed())
    assert reason(outward.checked, where, Allowed()) == Why.INSIDE
    named = outward.read("https://hooks.example.org/", Allowed())
    assert reason(outward.checked, named, Allowed(), answering(address)) == Why.INSIDE
    assert reason(outward.checked, named, Allowed(), answering("8.8.8.8", address)) == Why.INSIDE


@pytest.mark.parametrize("address", PUBLIC)
def test_a_public_address_is_sent_to(address):
    where = outward.read("https://hooks.example.org/", Allowed())
    assert outward.checked(where, Allowed(), answering(address)) == [str(ip_address(address))]


@pytest.mark.parametrize("number", ["2130706433", "0x7f.1", "127.1", "0177.0.0.1"])
def test_a_number_that_the_system_reads_as_an_address_inside_is_refused(number):
    """Whatever the system's own look-up makes of it: nothing, or an address that is not public."""
    where = outward.read(f"https://{number}/", Allowed())
    assert reason(outward.checked, where, Allowed()) == Why.INSIDE


@pytest.mark.parametrize("url", FORM)
def test_what_is_no_address_to_send_to_is_refused_as_it_is_written(url):
    assert reason(outward.read, url, Allowed()) == Why.FORM


def test_another_port_is_refused_unless_the_office_allows_it():
    assert reason(outward.read, "https://example.org:8443/", Allowed()) == Why.PORT
    assert outward.read("https://example.org:8443/a?b=c", Allowed(ports=frozenset({8443}))).target == "/a?b=c"


def test_a_network_that_the_settings_name_is_sent_to_and_its_neighbour_is_not():
    allowed = Allowed((ip_network("198.18.5.0/30"),))
    where = outward.read("https://hooks.example.org/", allowed)
    assert outward.checked(where, allowed, answering("198.18.5.2")) == ["198.18.5.2"]
    assert reason(outward.checked, where, allowed, answering("198.18.5.6")) == Why.INSIDE


def test_a_name_that_leads_nowhere_and_one_that_leads_inside_are_told_apart_by_nobody():
    def unknown(_host, _port):
        raise socket.gaierror

    where = outward.read("https://hooks.example.org/", Allowed())
    found = {reason(outward.checked, where, Allowed(), one) for one in (unknown, answering(), answering("10.0.0.1"))}
    assert found == {Why.INSIDE}


def test_a_name_is_looked_up_once_and_the_connection_goes_to_what_was_looked_at(monkeypatch):
    """A second look-up could lead inside (DNS rebinding)."""
    asked, tried = [], []

    def resolve(host, port):
        asked.append(host)
        return ["203.0.113.9"] if len(asked) > 1 else ["8.8.8.8", "8.8.4.4"]

    def connect(address, timeout):
        tried.append(address)
        raise ConnectionRefusedError

    monkeypatch.setattr(socket, "create_connection", connect)
    why = reason(outward.post, "https://hooks.example.org/", b"{}", {}, Allowed(), resolve)
    assert (why, asked) == (Why.LINE, ["hooks.example.org"])
    assert tried == [("8.8.8.8", 443), ("8.8.4.4", 443)]


def test_a_look_up_that_hangs_is_left_behind():
    import threading

    never = threading.Event()
    why = reason(lambda: outward.post("https://a.example/", b"", {}, Allowed(), lambda *_: never.wait() and [], 0.05))
    never.set()
    assert why == Why.SLOW


def test_the_settings_name_networks_and_ports_and_a_doubtful_one_is_refused():
    assert load_config(SECRETS)["WEBHOOKS"] == Allowed()
    said = load_config({**SECRETS, "WEBHOOK_NETWORKS": "198.18.0.0/30, fd00::/64", "WEBHOOK_PORTS": "443,8443"})
    assert said["WEBHOOKS"].ports == {443, 8443} and len(said["WEBHOOKS"].networks) == 2
    for name, value in (("WEBHOOK_NETWORKS", "inside"), ("WEBHOOK_NETWORKS", "10.0.0.1/8"), ("WEBHOOK_PORTS", "0"),
                        ("WEBHOOK_PORTS", "99999")):  # fmt: skip
        with pytest.raises(ConfigError, match=name):
            load_config({**SECRETS, name: value})
