"""Forget a person on request: `python -m parley.privacy`."""

from __future__ import annotations

import argparse
import getpass
import os
import secrets
import sys
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any, NoReturn

import duckdb

from parley.files import CommandError, own_umask, path_argument, published_path, warehouse_path
from parley.landing.files import LandingError, LandingRoot
from parley.landing.texts import printable
from parley.privacy.erasing import LARGEST_SHARE, run
from parley.privacy.ledger import (
    MASK,
    REMOVE,
    Ledger,
    Request,
    ledger_folder,
    now,
    with_pseudonyms,
)
from parley.privacy.people import KINDS
from parley.privacy.places import Places
from parley.privacy.planning import Plan, plan
from parley.privacy.removing import spans
from parley.privacy.rewriter import canonical
from parley.privacy.shapes import PHONE, SENTINELS, TOKEN
from parley.privacy.verifying import verify

DESCRIPTION = """\
Forget a person on request.

  request   note who is to be forgotten: the value is asked for, or read from standard input
  plan      everything that a request touches, file by file and table by table; nothing is changed
  run       mask or remove it in the landed files, the warehouse and its copies; a run that died is finished
  verify    look for the value and its ids in every file; the value is asked for again
  list      the requests, and how far each is
"""


def fail(sentence: str) -> NoReturn:
    """End with one sentence instead of a traceback."""
    print(f"privacy: {sentence}", file=sys.stderr)
    raise SystemExit(1)


def say(text: str) -> None:
    """Tell how far it is."""
    print(text, file=sys.stderr, flush=True)


def typed_value(kind: str) -> str:
    """The value to be forgotten, typed unseen or piped; never an argument, which other users could read."""
    value = ""
    try:
        if sys.stdin and sys.stdin.isatty():
            value = getpass.getpass(f"The {kind} (not shown, not stored): ")
        elif sys.stdin:
            value, *more = sys.stdin.read(100_000).strip().split("\n")
            if more:
                raise CommandError(
                    f"More than one line was given; give one {kind} at a time, a request for each."
                )
        value.encode()
    except EOFError:
        value = ""
    except UnicodeError:
        raise CommandError(f"The {kind} that was given is no UTF-8; type it again.") from None
    value = value.strip()
    if value in SENTINELS:
        raise CommandError(f"No {kind} was given; type it, or pipe it into the command.")
    if value.startswith(TOKEN):
        raise CommandError(
            f"{value} stands for somebody who was forgotten already; type the {kind} of somebody who was not."
        )
    return value


def where(options: argparse.Namespace) -> tuple[Places, Ledger]:
    """The landing root, the warehouse and the ledger that the settings name."""
    location = os.environ.get("PARLEY_LANDING_ROOT") or "landing/demo"
    root = LandingRoot(location)
    root.check()
    warehouse: Path = options.warehouse or warehouse_path()
    folder = ledger_folder(location)
    if folder is None:
        raise CommandError(
            "No folder can be beside this landing root; set PARLEY_ERASURES to one for the ledger of erasures."
        )
    return Places(root, warehouse, options.published or published_path(warehouse)), Ledger(folder)


def new_request(places: Places, ledger: Ledger, options: argparse.Namespace) -> str:
    """Note a request; its id."""
    value = typed_value(options.kind)
    group = KINDS[options.kind]
    if group == PHONE and not canonical(group, value).startswith("+"):
        say(
            "This number has no country's code (+1 …), so only records that spell it in the same way are "
            "the person's."
        )
    with ledger.lock():
        pseudonyms = places.rewriter(ledger).pseudonyms_of(group, value)
        request = Request(
            request_id=secrets.token_hex(4),
            requested_at=now(),
            kind=options.kind,
            account=options.account,
            pseudonym=pseudonyms[0],
            mode=options.mode,
        )
        for one in ledger.requests():
            if (one.pseudonym, one.account) == (request.pseudonym, request.account):
                known = with_pseudonyms(one, group, ledger.members(one.request_id), pseudonyms)
                ledger.save_members(one.request_id, known)
                return known_request(ledger, one, request.mode)
        ledger.add(request, with_pseudonyms(request, group, [], pseudonyms))
    return request.request_id


def known_request(ledger: Ledger, request: Request, mode: str) -> str:
    """The id of a request that was there; one that was not run yet takes the mode that is asked for now."""
    if request.mode != mode:
        if request.is_applied:
            raise CommandError(
                f"Request {request.request_id} is for this person and was run with mode {request.mode}, which "
                "stays; `run` applies it to what was delivered since."
            )
        request.mode = mode
        ledger.save(request)
    return request.request_id


def print_plan(request: Request, found: Plan) -> None:
    """The plan as text."""
    print(
        f"Request {request.request_id}: {request.kind} of account {request.account}, mode {request.mode}"
    )
    if not found.records and not found.tables:
        print("Nothing of it is found.")
        return
    print("Records by feed:")
    for feed, number in found.records.items():
        print(f"  {number:>8,}  {feed}")
    print("Lines by landed file:")
    for (feed, name), number in found.files.items():
        print(f"  {number:>8,}  {printable(f'{feed}/{name}')}")
    print("Rows by table of the warehouse:")
    for table, number in found.tables.items():
        print(f"  {number:>8,}  {table}")
    print(f"That is {found.share:.2%} of all records.")
    if request.mode == REMOVE and found.dates:
        print(
            f"Figures of {spans(found.dates)} move, and of their weeks and months; experiments and "
            "attribution look at several days, so `run` may name others, too."
        )


def print_list(ledger: Ledger) -> None:
    """The requests, one a line."""
    requests = ledger.requests()
    if not requests:
        print("Nobody has asked to be forgotten.")
    for one in requests:
        print(
            f"{one.request_id}  {one.requested_at}  {one.kind:<8}  {one.account}  {one.mode}  {one.state}"
            + (f"  completed {one.completed_at}" if one.completed_at else "")
            + (f"  verified {one.verified_at}" if one.verified_at else "")
        )


def account(text: str) -> str:
    """An account's id, as an argument gives it."""
    if text.strip() in SENTINELS or not text.isprintable():
        raise argparse.ArgumentTypeError(f"{printable(text)!r} is no account's id")
    return text.strip()


def share(text: str) -> float:
    """A share, as an argument gives it."""
    with suppress(ValueError):
        if 0 <= float(text) <= 1:
            return float(text)
    raise argparse.ArgumentTypeError(f"{printable(text)!r} is no share from 0 to 1")


def parser() -> argparse.ArgumentParser:
    """The command line."""
    found = argparse.ArgumentParser(
        prog="python -m parley.privacy",
        description=DESCRIPTION,
        epilog="PARLEY_LANDING_ROOT, PARLEY_WAREHOUSE, PARLEY_PUBLISHED, PARLEY_ERASURES: where things are.",
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    found.add_argument("--warehouse", type=path_argument, help="default: warehouse/parley.duckdb")
    found.add_argument(
        "--published", type=path_argument, help="default: parley_marts.duckdb beside it"
    )
    commands = found.add_subparsers(dest="command", required=True, metavar="command")
    request = commands.add_parser("request", help="note who is to be forgotten")
    request.add_argument("--kind", choices=sorted(KINDS), required=True)
    request.add_argument(
        "--account", type=account, required=True, help="the account whose person it is"
    )
    request.add_argument(
        "--mode",
        choices=(MASK, REMOVE),
        default=MASK,
        help="mask (default): rows and figures stay; remove: the person's rows go, and figures move",
    )
    for name, text in (
        ("plan", "what a request touches"),
        ("run", "carry out requests, one after the other"),
        ("verify", "prove that nothing is left"),
    ):
        command = commands.add_parser(name, help=text)
        many: dict[str, Any] = {"nargs": "+"} if name == "run" else {}
        command.add_argument("request", help="the id that `request` printed", **many)
        if name == "run":
            command.add_argument(
                "--share",
                type=share,
                default=LARGEST_SHARE,
                help="the largest share of all records that the request may match",
            )
    commands.add_parser("list", help="the requests, and how far each is")
    return found


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line."""
    options = parser().parse_args(arguments)
    try:
        # what is written here, DuckDB's own files too, is its owner's alone
        with own_umask():
            return command(options)
    except (CommandError, LandingError) as error:
        fail(str(error))
    except (OSError, duckdb.Error) as error:
        fail(f"{str(error).splitlines()[0]}; run the command again when that is put right.")
    except KeyboardInterrupt:
        fail("Stopped; run the request again to finish it.")


def command(options: argparse.Namespace) -> int:
    """Do what was asked for."""
    places, ledger = where(options)
    if options.command == "list":
        print_list(ledger)
        return 0
    if options.command == "request":
        print(new_request(places, ledger, options))
        return 0
    if options.command == "run":
        for request in [ledger.request(one) for one in options.request]:
            for sentence in run(places, ledger, request, options.share, say):
                print(sentence)
            print(f"Request {request.request_id} is done; `verify` looks for what is left.")
        for sentence in places.unreached():
            print(sentence)
        return 0
    request = ledger.request(options.request)
    if options.command == "plan":
        print_plan(request, plan(places, ledger, request, say))
        return 0
    found = verify(places, ledger, request, typed_value(request.kind), say)
    for sentence in [*found.notes, *found.unreached, *found.left]:
        print(sentence)
    if found.left:
        fail(
            f"Request {request.request_id}: the person is still found in {len(found.left):,} places."
        )
    if found.unreached:
        fail(f"Request {request.request_id}: nothing was found, but not everything was searched.")
    print(f"Request {request.request_id}: nothing is left.")
    return 0


if __name__ == "__main__":
    with suppress(BrokenPipeError):
        sys.exit(main())
