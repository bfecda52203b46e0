"""Parse, call one verb, answer."""

from flask import Flask, current_app, has_request_context, request, session

NAMES = {
    "en": "English", "fr": "Français", "es": "Español", "ar": "العربية", "pt": "Português", "sw": "Kiswahili",
    "ru": "Русский", "uk": "Українська",
}  # fmt: skip


def language() -> str:
    """The page's language: chosen by the list, else by the browser's wish; English where there is no request."""
    offered: list[str] = current_app.config["LANGUAGES"]
    if not has_request_context():
        return offered[0]
    wanted = request.args.get("lang") or request.form.get("lang") or session.get("lang")
    if wanted in offered:
        return str(wanted)
    return request.accept_languages.best_match(offered) or offered[0]


def init_app(app: Flask) -> None:
    """Register the faces that this process serves."""
