"""The least that Flask can answer: what every answer costs before anything is done for it."""

from flask import Flask, Response, jsonify

app = Flask(__name__)


@app.get("/readyz")
def readyz() -> Response:
    """Say that requests are taken."""
    return jsonify({"status": "ready"})
