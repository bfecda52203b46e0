"""What the association is called in the language of whoever reads."""

from flask import current_app

from grievance.extensions import page_language


def site_name() -> str:
    name: str = current_app.config["SITE_NAMES"].get(page_language(), current_app.config["SITE_NAME"])
    return name
