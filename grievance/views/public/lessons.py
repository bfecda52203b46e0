"""Lessons learnt, for everybody: each in the language that it was written in."""

from flask import Blueprint, render_template

from grievance.in_public import lessons
from grievance.views.pages import Page

bp = Blueprint("lessons", __name__)


@bp.get("/lessons")
def show() -> Page:
    return render_template("public/lessons.html", lessons=lessons.published())
