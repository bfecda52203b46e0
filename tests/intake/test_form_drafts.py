"""A form that is begun twice at once: the first press is still on its way when the second comes."""

from threading import Event, Thread

import pytest
from sqlalchemy import event

from grievance.extensions import db
from grievance.intake import form_draft
from grievance.intake.filing import new_secret


@pytest.mark.parametrize("both", ["postgresql"], indirect=True)  # with SQLite the second has to wait for any first
def test_a_second_press_waits_for_the_first_and_adds_to_what_it_kept(both):
    secret, asked, failed, engine = new_secret(), Event(), [], db.engine

    def press_again():
        try:
            with both.app.app_context():
                form_draft.save(secret, {"where": "North gate"})
        except Exception as fault:
            failed.append(fault)

    second = Thread(target=press_again)

    def note(_connection, _cursor, statement, *_more):
        if statement.startswith("INSERT INTO drafts") and second.is_alive():
            asked.set()

    def on_its_way(_connection):
        if not second.ident:
            second.start()
            assert asked.wait(30)

    event.listen(engine, "before_cursor_execute", note)
    event.listen(engine, "commit", on_its_way)
    form_draft.save(secret, {"account": "They beat him."})
    second.join(30)
    event.remove(engine, "before_cursor_execute", note)
    event.remove(engine, "commit", on_its_way)
    assert failed == []
    assert form_draft.load(secret).answers == {"account": "They beat him.", "where": "North gate"}
