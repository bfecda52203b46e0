"""The procedure: the only code that changes a case.

Each step is a row of `table`, in the words of `row`: what it asks (`questions`, `recusal`), what must be true before it
(`conditions`), what it changes (`effects`, `remedies`, `mediation`, `closing`, `custody`). `steps.take` checks a step
and `execute` does it; `overdue` does what the clock owes; `visibility` says who sees what of it.
"""
