"""No hot path asks the database more than it did; what each may ask is in `bench.statements`, and nowhere else."""

from flask.testing import FlaskClient

from bench import statements


def test_each_hot_path_sends_as_many_statements_as_its_budget_says(both):
    both.app.test_client_class = FlaskClient  # each request has a context of its own
    budgets = {name: of[both.kind] for name, of in statements.BUDGETS.items()}
    assert statements.count(both.app, both.cast) == budgets
