"""Where the members' pages and files are, for whoever reads it elsewhere: in a file, a feed, on paper. For ever."""

from flask import current_app

MEMBERS = "/members"
SCHEMA, CHANGES = f"{MEMBERS}/data/schema-1.json", f"{MEMBERS}/data/changes.atom"


def at_site(path: str) -> str:
    """`SITE_URL` names the folder too, where the site lies in one."""
    return str(current_app.config["SITE_URL"]) + path


def of_member(slug: str) -> str:
    return at_site(f"{MEMBERS}/{slug}")
