"""What a server imports."""

import os

from config import load_config
from grievance import create_app, logs

config = load_config(os.environ)
logs.start(config["LOG_LEVEL"])
app = create_app(config)
