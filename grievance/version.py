"""The version of the program. `pyproject.toml` says the same, and a test keeps the two together: the program is not
installed as a package, so that no metadata of one could be asked, and the image leaves that file out."""

VERSION = "0.2.0"
