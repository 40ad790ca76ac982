"""The `registry` command: the same functions as the pages, for whoever runs an installation."""

from __future__ import annotations

import sys
from importlib import import_module
from pathlib import Path

import click
from pydantic import ValidationError
from sqlalchemy.exc import OperationalError

from app.settings import PARTS, Settings


class Registry(click.Group):
    """Knows its commands by name and imports a command's module only when it runs."""

    LAZY = {  # noqa: RUF012 - a constant table
        "audit": "app.operations.audit:audit",
        "backup": "app.operations.backup_command:backup",
        "demo": "app.demo:demo",
        "doctor": "app.operations.doctor:doctor",
        "escrow": "app.operations.escrow:escrow",
        "export": "app.registry.commands:export",
        "found": "app.identity.commands:found",
        "gate": "app.leakgate.command:gate",
        "init": "app.operations.init:init",
        "lockdown": "app.operations.lockdown:lockdown",
        "migrate": "app.operations.init:migrate",
        "rebuild": "app.registry.commands:rebuild",
        "release": "app.release.commands:release",
        "restore": "app.operations.restore:restore_command",
        "rotate-key": "app.operations.rotate:rotate_key",
        "serve": "app.cli:serve",
        "upgrade": "app.operations.upgrade:upgrade",
        "user": "app.identity.commands:user",
        "verify": "app.registry.commands:verify",
    }

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002
        return sorted(self.LAZY)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002
        if cmd_name not in self.LAZY:
            return None
        module, name = self.LAZY[cmd_name].split(":")
        command = getattr(import_module(module), name)
        assert isinstance(command, click.Command)
        return command


@click.command(cls=Registry, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="reprisals-registry", prog_name="registry")
def registry() -> None:
    """Run and look after a registry of allegations of intimidation and reprisals.

    Every setting is an environment variable REGISTRY_…; `registry doctor` lists them with their values.
    """


@click.command()
@click.option("--host", default="127.0.0.1", show_default=True, help="Address to listen on.")
@click.option("--port", default=8000, show_default=True, help="Port to listen on.")
@click.option("--unix-socket", type=click.Path(path_type=Path), help="Listen on a socket file instead.")
@click.option("--parts", help=f"Serve only these parts, separated by commas: {', '.join(PARTS)}.")
def serve(host: str, port: int, unix_socket: Path | None, parts: str | None) -> None:
    """Serve the pages, feeds and desk. Logs no request."""
    from app.serving import serve as run  # noqa: PLC0415 - the web framework is slow to import

    settings = Settings() if parts is None else Settings.model_validate({"parts": parts})
    run(settings, host, port, None if unix_socket is None else str(unix_socket))


def main() -> None:
    """Entry point: errors of use are said in a line, never with values that may be secret."""
    try:
        registry()
    except ValidationError as error:
        for problem in error.errors(include_input=False, include_url=False):
            name = "REGISTRY_" + "_".join(str(part) for part in problem["loc"]).upper()
            click.echo(f"registry: {name.rstrip('_')}: {problem['msg']}", err=True)
        sys.exit(2)
    except OperationalError:
        click.echo("registry: a store cannot be reached or was never migrated; run `registry doctor`", err=True)
        sys.exit(1)


if __name__ == "__main__":
    main()
