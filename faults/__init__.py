"""Faults on purpose: the real servers in a scratch folder, many clients at work over HTTP, and something broken.

`python -m faults` lists what can be broken. Afterwards everything that was acknowledged must be there, once, readable
with its receipt, and `flask doctor` and `flask record verify` must find nothing.
"""
