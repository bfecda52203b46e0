"""The procedure: the only code that changes a case or commits.

A complaint is *filed* (`intake`). An officer acknowledges it, classifies it, asks, and proposes to refer it; an
approver approves. The company acknowledges, responds and proposes remedies; the complainant comments, accepts,
and says whether each was delivered. When all is verified the case is remedied, followed up, and closed.
Whoever must act has a time limit (`owed`); when a company misses one, the clock escalates (`settle`, `sweep`).
Each step is a row of `procedure`; `steps.take` checks it and `walk` does it; `record` notes it.
"""
