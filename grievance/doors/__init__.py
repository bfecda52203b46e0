"""Other doors: who else may help, kept by the Secretariat. Nothing here knows a case."""
