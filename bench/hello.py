"""The yardstick H: a Flask page that says hello, and nothing else."""

from flask import Flask

app = Flask(__name__)
app.config["FACES"] = []  # gunicorn.conf.py asks for it: no heartbeat here


@app.get("/")
def hello() -> str:
    return "<!doctype html><title>Hello</title><p>Hello."
