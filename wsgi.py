"""What a server imports."""

import os

from config import load_config
from grievance import create_app

app = create_app(load_config(os.environ))
