"""The list of commands, their help, and how errors reach the user."""

import json
import shlex
from importlib import import_module
from typing import Annotated

import pytest
import typer
from typer.testing import CliRunner

from uxo import __version__
from uxo.cli.app import COMMANDS, app, load
from uxo.cli.reporting import ReportingCommand
from uxo.errors import BadRows, Fault, NotFound

RUN = CliRunner()
WIDE = {"COLUMNS": "200", "TERMINAL_WIDTH": "200"}


def _help(command: str) -> str:
    answer = RUN.invoke(app, [command, "--help"], env=WIDE)
    assert answer.exit_code == 0, answer.output
    return answer.output


def test_the_list_of_commands_gives_each_its_line() -> None:
    answer = RUN.invoke(app, ["--help"], env=WIDE)
    assert answer.exit_code == 0
    for name, entry in COMMANDS.items():
        assert name in answer.output
        assert entry.summary in answer.output


def test_the_version_is_that_of_the_package() -> None:
    assert RUN.invoke(app, ["--version"]).output == f"uxo {__version__}\n"


@pytest.mark.parametrize("command", COMMANDS)
def test_the_help_of_every_command_ends_with_an_example(command: str) -> None:
    assert f"Example:  uxo {command}" in " ".join(_help(command).splitlines())


@pytest.mark.parametrize("command", COMMANDS)
def test_the_example_of_every_command_is_right_usage(command: str) -> None:
    loaded = load(command)
    words = shlex.split(_example(command))
    assert words[:2] == ["uxo", command]
    with loaded.make_context(command, words[2:]) as context:
        assert context.params


def _example(command: str) -> str:
    example: str = import_module(COMMANDS[command].module).EXAMPLE
    return example


@pytest.mark.parametrize("command", sorted(set(COMMANDS) - {"serve", "demo"}))
def test_commands_that_a_machine_may_read_have_json(command: str) -> None:
    assert "--json" in _help(command)


@pytest.mark.parametrize("command", sorted(set(COMMANDS) - {"demo"}))
def test_commands_that_use_a_store_take_its_address(command: str) -> None:
    assert "--store" in _help(command)


def test_an_unknown_command_is_wrong_usage_and_names_the_near_one() -> None:
    answer = RUN.invoke(app, ["statsu"])
    assert answer.exit_code == 2
    assert "status" in answer.output


def test_an_unknown_option_is_wrong_usage() -> None:
    assert RUN.invoke(app, ["status", "--no-such-thing"]).exit_code == 2


def _failing_app(error: Exception) -> typer.Typer:
    failing = typer.Typer(pretty_exceptions_enable=False)

    @failing.callback()
    def options(ctx: typer.Context, *, debug: bool = False) -> None:
        ctx.obj = {"debug": debug}

    @failing.command(cls=ReportingCommand)
    def fail(*, as_json: Annotated[bool, typer.Option("--json")] = False) -> None:  # noqa: ARG001
        raise error

    return failing


FAULTS = [Fault("roads.csv", 3, "lon", "400", "longitudes lie between -180 and 180")]


def test_an_error_is_one_message_on_stderr_and_exit_status_1() -> None:
    answer = RUN.invoke(_failing_app(NotFound("there is no road R-9")), ["fail"])
    assert answer.exit_code == 1
    assert answer.stderr == "uxo: there is no road R-9\n"
    assert answer.stdout == ""


def test_with_json_an_error_is_an_object_on_stdout() -> None:
    failing = _failing_app(BadRows("the file is refused:", FAULTS))
    answer = RUN.invoke(failing, ["fail", "--json"])
    assert answer.exit_code == 1
    told = json.loads(answer.stdout)
    assert told["code"] == "bad-rows"
    assert told["message"].startswith("the file is refused:")
    assert told["faults"] == [
        {
            "file": "roads.csv",
            "row": 3,
            "field": "lon",
            "value": "400",
            "reason": "longitudes lie between -180 and 180",
        }
    ]


def test_an_error_of_the_system_names_the_file_and_shows_no_traceback() -> None:
    error = PermissionError(13, "Permission denied", "/locked/pieces.gpkg")
    answer = RUN.invoke(_failing_app(error), ["fail"])
    assert answer.exit_code == 1
    assert answer.stderr == "uxo: /locked/pieces.gpkg: Permission denied\n"


def test_a_fault_of_the_program_is_told_as_such_without_a_traceback() -> None:
    failing = _failing_app(ZeroDivisionError("division by zero"))
    answer = RUN.invoke(failing, ["fail", "--json"])
    assert answer.exit_code == 1
    assert json.loads(answer.stdout)["code"] == "internal"
    assert "a fault of this program: ZeroDivisionError" in answer.stderr
    assert "Traceback" not in answer.output


def test_debug_shows_where_a_fault_arose() -> None:
    failing = _failing_app(ZeroDivisionError("division by zero"))
    answer = RUN.invoke(failing, ["--debug", "fail"])
    assert answer.exit_code == 1
    assert "Traceback" in answer.stderr
