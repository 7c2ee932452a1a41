"""The command ``uxo``: which commands there are, and how they are loaded.

A command's module is imported only when that command runs, so ``uxo --help`` answers at once
although the geometry libraries behind the commands take seconds to load.
"""

import sys
from collections.abc import Mapping
from dataclasses import dataclass
from importlib import import_module
from types import MappingProxyType
from typing import Annotated, Any, Final

import typer
from typer.core import TyperCommand, TyperGroup

from uxo import __version__
from uxo.cli.reporting import ReportingCommand


@dataclass(frozen=True, slots=True)
class Entry:
    """One row of the table of commands.

    Attributes
    ----------
    module : str
        The module that holds ``run`` (its docstring is the command's help) and ``EXAMPLE``.
    summary : str
        The line that ``uxo --help`` shows.
    """

    module: str
    summary: str


COMMANDS: Final[Mapping[str, Entry]] = MappingProxyType(
    {
        "demo": Entry("uxo.cli.demo", "Build the labelled exercise on real roads and show it."),
        "init": Entry("uxo.cli.init", "Create a store, or bring an older one up to date."),
        "import": Entry("uxo.cli.import_files", "Import roads, places or evidence from files."),
        "status": Entry("uxo.cli.status", "Compute the clearance status of every metre of road."),
        "explain": Entry("uxo.cli.explain", "Say in words why a place has its status."),
        "prioritise": Entry("uxo.cli.prioritise", "Say what to clear first, and for whom."),
        "way": Entry("uxo.cli.way", "Find the least-risk way between two places."),
        "route": Entry("uxo.cli.route", "Keep return routes and show how they stand."),
        "sheet": Entry("uxo.cli.sheet", "Print the sheet of a community, a district or a route."),
        "map": Entry("uxo.cli.map", "Draw one self-contained map page."),
        "export": Entry("uxo.cli.export", "Write vector tiles as one file."),
        "serve": Entry("uxo.cli.serve", "Serve the map and the API on this machine."),
        "doctor": Entry("uxo.cli.doctor", "Check this installation, or make its certificates."),
        "verify": Entry("uxo.cli.verify", "Walk the log's hash chains and check every row."),
        "user": Entry("uxo.cli.user", "Add, list, change or disable sign-ins of people."),
        "device": Entry("uxo.cli.device", "Add, list or cut off the phones of teams."),
        "backup": Entry("uxo.cli.backup", "Write a consistent copy of the store."),
    }
)


def load(name: str) -> TyperCommand:
    """Import one command's module and build the command.

    Parameters
    ----------
    name : str
        A key of `COMMANDS`.
    """
    module = import_module(COMMANDS[name].module)
    alone = typer.Typer(add_completion=False, rich_markup_mode=None)
    epilog = f"Example:  {module.EXAMPLE}"
    alone.command(name, cls=ReportingCommand, epilog=epilog)(module.run)
    command = typer.main.get_command(alone)
    if not isinstance(command, TyperCommand):  # one function always makes a plain command
        raise TypeError(type(command))
    return command


class _LazyGroup(TyperGroup):
    """Lists the commands from the table and imports the one that is run."""

    def __init__(self, **attributes: Any) -> None:  # noqa: ANN401  # passed on unread
        super().__init__(**attributes)
        for name, entry in COMMANDS.items():
            self.commands[name] = TyperCommand(name, help=entry.summary)

    def resolve_command(self, ctx: Any, args: list[str]) -> Any:  # noqa: ANN401
        # The type of a context moved between the releases of typer that are allowed.
        name, command, rest = super().resolve_command(ctx, args)
        return name, load(name) if name is not None and name in COMMANDS else command, rest


app = typer.Typer(
    cls=_LazyGroup,
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    epilog="Every command has its own help with an example: uxo status --help",
)


def _print_version(wanted: bool) -> None:  # noqa: FBT001  # the form typer calls
    if wanted:
        typer.echo(f"uxo {__version__}")
        raise typer.Exit


@app.callback()
def options(
    ctx: typer.Context,
    *,
    debug: Annotated[
        bool, typer.Option("--debug", help="Show where in the program a fault arose.")
    ] = False,
    version: Annotated[  # noqa: ARG001  # answered by its callback
        bool,
        typer.Option(
            "--version", help="Print the version.", callback=_print_version, is_eager=True
        ),
    ] = False,
) -> None:
    """From survey evidence to the clearance status of every metre of road.

    Exit status: 0 done; 1 refused, invalid or found wrong; 2 wrong usage.
    """
    ctx.obj = {"debug": debug}


def main() -> None:
    """Run the command line of this process."""
    # Arabic names must print on a console whose encoding cannot hold them, rather than fail.
    for stream in (sys.stdout, sys.stderr):
        reconfigure = getattr(stream, "reconfigure", None)
        if reconfigure is not None:
            reconfigure(errors="backslashreplace")
    app(prog_name="uxo")
