"""What a server imports."""

import os

import click

from config import ConfigError, load_config
from grievance import create_app, logs, memory

memory.keep_to_itself()  # before there is a key in it
try:
    config = load_config(os.environ)
except ConfigError as doubtful:
    raise click.ClickException(str(doubtful)) from None  # `flask` says the sentence alone, not where it was found
logs.start(config["LOG_LEVEL"])
app = create_app(config)
