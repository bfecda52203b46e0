"""What a server imports."""

import logging
import os

import click

from config import ConfigError, load_config
from grievance import clock, create_app, logs, memory
from grievance.storage.store import StoreAway
from grievance.storage.versions import UnfitBucket, refuse_versions

memory.keep_to_itself()  # before there is a key in it
try:
    config = load_config(os.environ)
except ConfigError as doubtful:
    raise click.ClickException(str(doubtful)) from None  # `flask` says the sentence alone, not where it was found
logs.start(config["LOG_LEVEL"])
app = create_app(config)
try:
    refuse_versions(config["FILES"], clock.now())
except UnfitBucket as reason:
    raise click.ClickException(str(reason)) from None
except StoreAway:  # words need no store, and it may be back at any moment
    logging.getLogger("grievance").warning("the object store does not say whether it keeps versions: it is away")
