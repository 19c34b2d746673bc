"""`jobtracker accounts …`: who may sign in to this server, looked after on the machine itself."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Annotated, Any

import typer

from jobtracker.cli.chat import dump, open_core
from jobtracker.core.bootstrap import Core
from jobtracker.core.errors import BadInput

app = typer.Typer(no_args_is_help=True, help="Who may sign in to the server.")
Json = Annotated[bool, typer.Option("--json", help="Print the result as JSON.")]
Name = Annotated[str, typer.Argument(help="The user name.")]


def _with_core(work: Callable[[Core], Any]) -> Any:
    core = open_core({})
    try:
        return work(core)
    finally:
        core.close()


@app.command("list")
def list_(as_json: Json = False) -> None:
    """List the accounts and the open invitations."""
    from jobtracker.accounts.service import Accounts

    def work(core: Core) -> tuple[list[Any], list[Any]]:
        return Accounts(core).all(), Accounts(core).invites()

    accounts, invites = _with_core(work)
    if as_json:
        listed = [
            {
                "user_id": one.user_id,
                "name": one.name,
                "role": one.role,
                "disabled": one.disabled,
                "has_totp": one.has_totp,
                "created_at": one.created_at.isoformat(timespec="seconds"),
            }
            for one in accounts
        ]
        typer.echo(dump({"accounts": listed, "open_invitations": len(invites)}))
        return
    for one in accounts:
        marks = [
            one.role,
            *(["locked"] if one.disabled else []),
            *(["2FA"] if one.has_totp else []),
        ]
        typer.echo(f"{one.name:<40} {', '.join(marks):<20} {one.user_id}")
    typer.echo(f"{len(accounts)} accounts, {len(invites)} open invitations")


@app.command()
def invite(
    admin: Annotated[bool, typer.Option("--admin", help="Who accepts becomes an admin.")] = False,
    as_json: Json = False,
) -> None:
    """Make an invitation; its key is printed this once."""
    from jobtracker.accounts.service import Accounts

    def work(core: Core) -> tuple[str, Any]:
        key, made = Accounts(core).invite("invite", "admin" if admin else "user")
        return _url(core, "invite", key), made

    _show_key(_with_core(work), as_json=as_json)


@app.command()
def reset(
    name: Name,
    second_factor: Annotated[
        bool,
        typer.Option(
            "--second-factor", help="Take the lost code generator away, too; be sure who asks."
        ),
    ] = False,
    as_json: Json = False,
) -> None:
    """Make a key by which the person sets a new password; good for a day."""
    from jobtracker.accounts.factors import Factors
    from jobtracker.accounts.service import Accounts

    def work(core: Core) -> tuple[str, Any]:
        accounts = Accounts(core)
        found = accounts.find(name)
        if second_factor:
            Factors(core).remove_totp(found.user_id)
        key, made = accounts.invite("reset", subject=found.user_id)
        return _url(core, "reset", key), made

    _show_key(_with_core(work), as_json=as_json)


@app.command("make-admin")
def make_admin(name: Name) -> None:
    """Make somebody an admin."""
    from jobtracker.accounts.service import Accounts

    def work(core: Core) -> None:
        accounts = Accounts(core)
        accounts.set_role(accounts.find(name).user_id, "admin")

    _with_core(work)
    typer.echo(f"{name} is an admin")


@app.command()
def delete(
    name: Name, yes: Annotated[bool, typer.Option("--yes", help="Do not ask.")] = False
) -> None:
    """Delete an account and everything it owns, for good."""
    from jobtracker.accounts.service import Accounts
    from jobtracker.cli.tools import confirm

    def work(core: Core) -> None:
        from jobtracker.person import erase_person

        found = Accounts(core).find(name)
        Accounts(core).check_deletable(found.user_id)
        if not yes and not confirm(f"Delete {found.name} and everything they have kept, for good?"):
            raise BadInput("nothing was deleted; add --yes to delete without being asked")
        asyncio.run(erase_person(core, found.user_id))

    _with_core(work)
    typer.echo(f"{name} and all their data are gone")


def _url(core: Core, kind: str, key: str) -> str:
    from jobtracker.accounts.invitations import invite_url

    server = core.settings.server
    origin = server.public_url or f"http://{server.host}:{server.port}"
    return invite_url(origin, kind, key)


def announce_setup(core: Core, address: str) -> None:
    """Print where under the server's address the first account is made, while there is none."""
    from jobtracker.accounts.invitations import invite_url
    from jobtracker.accounts.service import Accounts

    if core.settings.server.accounts == "off" or not (accounts := Accounts(core)).empty():
        return
    key, _ = accounts.invite("setup", "admin", "@setup")
    url = invite_url(address, "setup", key)
    typer.echo(f"No account yet. Make the first one, an admin's: {url}", err=True)


def _show_key(made: tuple[str, Any], *, as_json: bool) -> None:
    url, invitation = made
    until = invitation.expires_at.isoformat(timespec="minutes")
    if as_json:
        typer.echo(dump({"url": url, "expires_at": until}))
    else:
        typer.echo(f"{url}\nGood once, until {until}; send it on a way that only they read.")
