"""Figures for Prometheus: numbers and names from our own code, never a word, a reference or an address.

They are served on a port of their own (`METRICS_PORT`), which the pages never share. `served` is that port, `pages`
counts requests in the web processes, `sweeps` what the worker does. Where no port is set, none of it is imported.
"""
