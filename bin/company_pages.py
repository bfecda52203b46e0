"""The texts of templates as a person of a company gets them: for `bin/check_languages.py`.

A template serves several roles, and says so by `{% if %}`: what stands behind a question whose answer for a company is
known is left out. `FOR_A_COMPANY` is what is known; a name that is not there may be anything, and both ways count.
"""

from collections.abc import Iterable, Iterator
from functools import cache
from pathlib import Path
from typing import Any

from jinja2 import Environment, nodes

ROOT = Path(__file__).parents[1]
UNKNOWN = object()
FOR_A_COMPANY: dict[str, Any] = {
    "me.role": "company",
    # only the office's pages are given these; to a company's they are empty
    **dict.fromkeys(
        ("makes_paper", "paper", "paper_from_before", "by_paper", "recovery_needs", "staff", "restored", "changes",
         "may_be_away", "company_keys", "to_vouch", "may_acknowledge", "to_set_up", "stuck", "mentions", "tasks_due",
         "absences", "views", "alongside", "material", "checked_first", "told_later", "said_before", "refused",
         "agreed", "request_to_decide", "wish", "wordings", "elsewhere", "moves", "reach", "c.shut_out", "p.to_role",
         "p.to_head", "p.head", "who.head", "part", "row.recorded", "row.approved", "office", "w.of_danger", "solo",
         "incidents", "refusals", "e.name", "choices", "reads_for_her",),
        None,
    ),
}  # fmt: skip
"""By the name in a template, with what it is for a company; None: nothing."""
NEVER = {"face": ("desk", "custodian", "status", "public"), "layout": ("public",), "row.step": ("write_letter",)}
"""What these never are on its pages."""


def with_included(names: Iterable[str]) -> dict[str, list[nodes.Node]]:
    """These templates and all that they extend, include and import, where a company gets that far: by template, what
    of it is kept. A macro counts where something that is kept calls it."""
    called = set[str]()
    while True:
        found = _included(names, called)
        more = {_name(node.node) for kept in found.values() for node in kept if isinstance(node, nodes.Call)}
        if more <= called:
            return found
        called |= more


def _included(names: Iterable[str], called: set[str]) -> dict[str, list[nodes.Node]]:
    waits, found = list(names), dict[str, list[nodes.Node]]()
    while waits:
        if (name := waits.pop()) not in found:
            found[name] = list(_kept(_parsed(name), called))
            waits += [one for node in found[name] for one in _led_to(node)]
    return found


def texts_of(kept: Iterable[nodes.Node]) -> set[str]:
    return {text for node in kept for text in _said(node)}


def words_of(kept: Iterable[nodes.Node]) -> set[str]:
    """The tables of words that they show, as `words.STATES`."""
    return {
        node.attr
        for node in kept
        if isinstance(node, nodes.Getattr) and isinstance(node.node, nodes.Name) and node.node.name == "words"
    }


@cache
def _parsed(name: str) -> nodes.Template:
    text = (ROOT / "templates" / name).read_text()
    if name.endswith(".typ"):
        text = ""  # Typst: what it prints is given to it
    return Environment(autoescape=True).parse(text)


def _led_to(node: nodes.Node) -> Iterator[str]:
    if isinstance(node, nodes.Extends | nodes.Include | nodes.Import | nodes.FromImport):
        one = node.template
        if isinstance(one, nodes.Const):
            yield one.value


def _said(node: nodes.Node) -> Iterator[str]:
    if isinstance(node, nodes.Call) and _name(node.node) in ("_", "ngettext") and node.args:
        first = node.args[0]
        if isinstance(first, nodes.Const):
            yield first.value


def _kept(node: nodes.Node, called: set[str]) -> Iterator[nodes.Node]:
    """Every node that a company can get to."""
    yield node
    match node:
        case nodes.If():
            yield from _kept_of_if(node, called)
            return
        case nodes.CondExpr():
            inside: Iterable[nodes.Node] = _ways(_answer(node.test), node.expr1, node.expr2)
        case nodes.Macro() if node.name not in called:
            inside = ()
        case nodes.For() if _answer(node.iter) is False:
            inside = node.else_
        case _:
            inside = node.iter_child_nodes()
    for one in inside:
        yield from _kept(one, called)


def _kept_of_if(node: nodes.If, called: set[str]) -> Iterator[nodes.Node]:
    answer, inside = _answer(node.test), [node.test]
    inside += node.body if answer is not False else []
    inside += [*node.elif_, *node.else_] if answer is not True else []
    for one in inside:
        yield from _kept(one, called)


def _ways(answer: bool | None, yes: nodes.Node, no: nodes.Node | None) -> Iterator[nodes.Node]:
    if answer is not False:
        yield yes
    if answer is not True and no is not None:
        yield no


def _answer(test: nodes.Node) -> bool | None:
    """Whether it is true for a company; None where it can be either."""
    match test:
        case nodes.Not():
            answer = _answer(test.node)
            return None if answer is None else not answer
        case nodes.And():
            return _both(_answer(test.left), _answer(test.right), False)
        case nodes.Or():
            return _both(_answer(test.left), _answer(test.right), True)
        case nodes.Compare():
            return _compared(test)
        case nodes.Test() if test.name == "none" and _name(test.node) in FOR_A_COMPANY:
            return FOR_A_COMPANY[_name(test.node)] is None or None
    value = FOR_A_COMPANY.get(_name(test), UNKNOWN)
    return None if value is UNKNOWN else bool(value)


def _both(left: bool | None, right: bool | None, decides: bool) -> bool | None:
    if decides in (left, right):
        return decides
    return None if None in (left, right) else not decides


def _compared(test: nodes.Compare) -> bool | None:
    name, operator = _name(test.expr), test.ops[0]
    try:
        against = operator.expr.as_const()
    except nodes.Impossible:
        return None
    one_of = against if operator.op in ("in", "notin") else (against,)
    turned = operator.op in ("ne", "notin")
    if name in NEVER and isinstance(one_of, tuple | list):
        return turned if set(one_of) <= set(NEVER[name]) else None
    value = FOR_A_COMPANY.get(name)
    if value is None or operator.op not in ("in", "notin", "eq", "ne"):
        return None
    return (value in one_of) is not turned


def _name(node: nodes.Node | None) -> str:
    """A dotted name; empty for anything else."""
    if isinstance(node, nodes.Name):
        return node.name
    if isinstance(node, nodes.Getattr):
        return f"{_name(node.node)}.{node.attr}" if _name(node.node) else ""
    if isinstance(node, nodes.Filter):
        return _name(node.node)
    return ""
