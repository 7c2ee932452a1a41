"""How a command tells what went wrong: one clear message, never a bare traceback."""

import json
import sys
import traceback
from dataclasses import asdict
from typing import Any

import typer
from typer.core import TyperCommand

from uxo.errors import BadRows, NoRoute, UxoError

FAILED = 1


class ReportingCommand(TyperCommand):
    """A command whose errors become a message on stderr and exit status 1.

    With ``--json`` an object ``{code, message, faults}`` goes to stdout as well.
    """

    def invoke(self, ctx: Any) -> Any:  # noqa: ANN401  # the type moved between typer releases
        """Run the command; report whatever it raises."""
        try:
            return super().invoke(ctx)
        except (typer.Exit, typer.Abort, typer.BadParameter):
            raise  # the framework's own: an exit status, Ctrl+C, wrong usage
        except UxoError as error:
            _report(ctx, error, str(error))
        except OSError as error:
            _report(ctx, error, _operating_system(error))
        except Exception as error:  # noqa: BLE001  # the last door before the user
            kind = type(error).__name__
            _report(
                ctx, error, f"a fault of this program: {kind}: {error}\nuxo --debug shows where"
            )
        raise typer.Exit(FAILED)


def _operating_system(error: OSError) -> str:
    """Name the file and what the system said of it."""
    reason = error.strerror or str(error)
    return f"{error.filename}: {reason}" if error.filename else reason


def _report(ctx: Any, error: Exception, message: str) -> None:  # noqa: ANN401
    if (ctx.obj or {}).get("debug"):
        traceback.print_exception(error, file=sys.stderr)
    typer.echo(f"uxo: {message}", err=True)
    if ctx.params.get("as_json"):
        typer.echo(json.dumps(error_as_json(error, message), ensure_ascii=False))


def error_as_json(error: Exception, message: str) -> dict[str, object]:
    """Give an error the shape that ``--json`` prints.

    Returns
    -------
    dict
        ``code`` (stable), ``message`` and ``faults`` (list of {file, row, field, value, reason});
        of `NoRoute` also ``reason`` and ``cut``.
    """
    # What nobody foresaw has the code that the web service gives it as well.
    foreseen = UxoError.code if isinstance(error, OSError) else "internal"
    code = error.code if isinstance(error, UxoError) else foreseen
    faults = error.faults if isinstance(error, BadRows) else ()
    besides = (
        {"reason": error.reason.value, "cut": [asdict(piece) for piece in error.cut]}
        if isinstance(error, NoRoute)
        else {}
    )
    return {
        **besides,
        "code": code,
        "message": message,
        "faults": [
            {
                "file": fault.file,
                "row": fault.row,
                "field": fault.field,
                "value": fault.value,
                "reason": fault.reason,
            }
            for fault in faults
        ],
    }
