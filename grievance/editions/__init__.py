"""Figures for the public that show no person: which cells of a table may be shown, and the witnesses that prove it.

Pure: counts go in, tables and witnesses come out. Nothing here knows a database, a page or a word of a case.
"""
