"""The grievance case-management system: `create_app` puts it together, read from top to bottom."""

from typing import Any

from flask import Flask
from werkzeug.middleware.proxy_fix import ProxyFix

from grievance import lines, models, views
from grievance.cli import Commands
from grievance.crypto import passwords, receipt_codes
from grievance.deadlines import timetable
from grievance.extensions import babel, csrf, db, let_go, login_manager, prepare_migrations
from grievance.forms import checklists, vocabulary
from grievance.views import arrivals, watch
from grievance.views.cookies import Cookies
from grievance.views.uploads import SealedRequest

__all__ = ["create_app", "models"]


def create_app(config: dict[str, Any]) -> Flask:
    """An application for a checked configuration (`config.load_config`). Raises ValueError for a doubtful
    procedure.toml, checklists.toml or vocabulary.toml. Starts no scheduler: that is `flask worker`."""
    app = Flask(__name__, template_folder="../templates", static_folder="../static")
    app.request_class = SealedRequest
    app.session_interface = Cookies()
    app.cli = Commands(app.name)
    app.config.from_mapping(config)
    app.extensions["timetable"] = timetable.load(config["PROCEDURE"])
    words = app.extensions["vocabulary"] = vocabulary.load(config["VOCABULARY"])
    app.extensions["checklists"] = checklists.load(config["PROCEDURE"], words)
    passwords.TURNS.longest = receipt_codes.TURNS.longest = config["TURN_SECONDS"]
    app.wsgi_app = arrivals.watched(app.wsgi_app)  # type: ignore[method-assign, assignment]
    if config["TRUSTED_PROXIES"]:
        hops = config["TRUSTED_PROXIES"]
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=hops, x_proto=hops, x_host=hops)  # type: ignore[method-assign]
    watch.init_app(app)  # first: what follows is timed and noted, refusals too
    lines.init_app(app)
    db.init_app(app)
    app.teardown_appcontext(lines.patience(lines.LETTING_GO)(let_go))  # what is registered last is called first
    prepare_migrations(app)
    login_manager.init_app(app)
    csrf.init_app(app)
    babel.init_app(app, default_domain="messages", locale_selector=views.page_locale)
    views.init_app(app)
    app.extensions["factory"] = create_app  # a drill makes another application beside this one
    return app
