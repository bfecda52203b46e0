"""Her steps' addresses, which tell nothing: a test says which step it means, and reads which one a page means."""

import re

from flask import current_app
from flask.testing import FlaskClient
from sqlalchemy import select

from grievance.extensions import db
from grievance.models.case import Case
from grievance.views import step_addresses

OLD = re.compile(r"/follow/case/steps/([a-z_]+)(?:\?.*)?$")


class FollowingOld(FlaskClient):
    """What a browser does with an address of before, that names the step: it goes where the answer leads."""

    def get(self, *args, **kwargs):
        answer = super().get(*args, **kwargs)
        old = answer.status_code == 303 and OLD.search(str(args[0] if args else kwargs.get("path", "")))
        return super().get(answer.location, **kwargs) if old and "/steps/" in answer.location else answer


def name_of(case_id, step):
    """What the address of a step says on her pages."""
    return step_addresses._sign(current_app.config["SECRET_KEY"], case_id, step)


def with_names(page):
    """The page with the steps' names in its addresses."""
    known = {
        name_of(case_id, step): step for case_id in db.session.scalars(select(Case.id)) for step in step_addresses.HERS
    }
    return re.sub(r"(?<=/follow/case/steps/)(\w+)", lambda found: known.get(found[0], found[0]), page)
