"""The commands of `flask`."""

from functools import cached_property

import click
from flask.cli import AppGroup


class Commands(AppGroup):
    """They are imported when one is asked for: no page needs them."""

    @cached_property
    def _added(self) -> bool:
        from grievance.cli import commands

        for command in commands.every():
            self.add_command(command)
        return True

    def list_commands(self, ctx: click.Context) -> list[str]:
        return super().list_commands(ctx) if self._added else []

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        return super().get_command(ctx, cmd_name) if self._added else None
