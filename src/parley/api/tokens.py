"""Bearer tokens: each is bound to an account; the file keeps only salted digests of them.

A token is 256 random bits, so nobody can guess one and a fast digest is enough: slow ones protect
passwords that people made up. The file is replaced whole, and read again when it has changed.
"""

from __future__ import annotations

import argparse
import hashlib
import hmac
import json
import os
import secrets
import stat
import sys
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from typing import NoReturn

from parley.api.settings import tokens_path
from parley.files import (
    CommandError,
    keep_owner,
    lock_of,
    os_reason,
    own_umask,
    path_argument,
    read_file,
    sync,
    warehouse_path,
)
from parley.landing.texts import printable

PREFIX = "parley"
SECRET_BYTES = 32
SALT_BYTES = 16
ID_BYTES = 6


class TokenFileError(Exception):
    """Why the file of tokens cannot be used, in one sentence."""


@dataclass(frozen=True)
class StoredToken:
    """What is kept of a token."""

    token_id: str
    account_id: str
    note: str
    created_at: str
    salt: str
    digest: str
    expires_on: str = ""  # the last day on which it is valid, in UTC; empty: until it is revoked

    def is_valid_on(self, day: date) -> bool:
        """Whether it has not expired."""
        return not self.expires_on or day.isoformat() <= self.expires_on


#: What an unknown token id is compared with, so that it takes as long as a known one.
NOBODY = StoredToken("", "", "", "", "", "0" * 64)


def digest(salt: str, secret: str) -> str:
    """What is kept of a secret."""
    return hashlib.sha256(f"{salt}:{secret}".encode()).hexdigest()


def new_token(account_id: str, note: str, expires_on: str) -> tuple[str, StoredToken]:
    """A new token: the text for its owner, and what is kept."""
    token_id = secrets.token_hex(ID_BYTES)
    secret = secrets.token_urlsafe(SECRET_BYTES)
    salt = secrets.token_hex(SALT_BYTES)
    created = datetime.now(UTC).strftime("%Y-%m-%d %H:%M:%S")
    stored = StoredToken(
        token_id, account_id, note, created, salt, digest(salt, secret), expires_on
    )
    return f"{PREFIX}_{token_id}_{secret}", stored


def read_tokens(path: Path) -> list[StoredToken]:
    """The tokens of a file; a file that is not there has none."""
    try:
        content = read_file(path)
    except FileNotFoundError:
        return []
    except OSError as error:
        raise TokenFileError(
            f"The token file {path} cannot be read ({os_reason(error)}); correct PARLEY_API_TOKENS "
            "or the file's permissions."
        ) from None
    try:
        tokens = [StoredToken(**token) for token in json.loads(content)["tokens"]]
        if not all(isinstance(value, str) for token in tokens for value in asdict(token).values()):
            raise TypeError
    except (ValueError, TypeError, KeyError, RecursionError):
        raise TokenFileError(
            f"The token file {path} is not one that parley.api.tokens wrote; move it away and add "
            "the tokens again."
        ) from None
    return tokens


def write_tokens(path: Path, tokens: Sequence[StoredToken]) -> None:
    """Replace the file whole. It keeps its owner and permissions; a new one is its owner's alone."""
    content = json.dumps({"tokens": [asdict(token) for token in tokens]}, indent=2) + "\n"
    before = path.stat() if path.exists() else None
    private = path.with_name(f".{path.name}.partial")
    private.unlink(missing_ok=True)
    try:
        descriptor = os.open(private, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "w", encoding="utf-8") as file:
            file.write(content)
            file.flush()
            keep_owner(path, private)
            if before is not None:
                os.fchmod(descriptor, stat.S_IMODE(before.st_mode))
                if os.fstat(descriptor).st_uid != before.st_uid:
                    raise TokenFileError(
                        f"The token file {path} belongs to another account, which could not read "
                        "it any more; change it as that account, or as root."
                    )
            os.fsync(descriptor)
        private.replace(path)
    except BaseException:
        with suppress(OSError):
            private.unlink(missing_ok=True)
        raise
    try:
        sync(path.parent)
    except OSError as error:  # the file is replaced, for as long as the machine runs
        print(f"The disk did not confirm the change: {error.strerror}.", file=sys.stderr)


@contextmanager
def one_writer(path: Path) -> Iterator[None]:
    """Let one process at a time change the file."""
    with own_umask():
        path.parent.mkdir(parents=True, exist_ok=True)
        with lock_of(path):
            yield


def add_token(path: Path, account_id: str, note: str, expires_on: str = "") -> str:
    """Add a token of an account; its text, which nobody can read again."""
    token, stored = new_token(account_id, note, expires_on)
    with one_writer(path):
        write_tokens(path, [*read_tokens(path), stored])
    return token


def revoke_token(path: Path, token_id: str) -> bool:
    """Remove a token; whether it was there."""
    with one_writer(path):
        tokens = read_tokens(path)
        kept = [token for token in tokens if token.token_id != token_id]
        if len(kept) < len(tokens):
            write_tokens(path, kept)
    return len(kept) < len(tokens)


class TokenFile:
    """The file as the service knows it: read again whenever it has changed."""

    def __init__(
        self, path: Path, today: Callable[[], date] = lambda: datetime.now(UTC).date()
    ) -> None:
        self.path = path
        self.today = today
        self.lock = threading.Lock()
        self.seen: tuple[int, int, int] | None = None
        self.tokens: dict[str, StoredToken] = {}

    def state(self) -> tuple[int, int, int] | None:
        """What tells one version of the file from another."""
        try:
            found = self.path.stat()
        except OSError:
            return None
        return found.st_ino, found.st_mtime_ns, found.st_size

    def current(self) -> dict[str, StoredToken]:
        """The tokens by id. A file that cannot be read is an error: who is revoked stays out."""
        with self.lock:
            state = self.state()
            if state is None or state != self.seen:
                self.tokens = {token.token_id: token for token in read_tokens(self.path)}
                self.seen = state
            return self.tokens

    def owner(self, text: str) -> StoredToken | None:
        """The stored token that a text is, if it is one."""
        prefix, _, rest = text.partition("_")
        token_id, _, secret = rest.partition("_")
        stored = self.current().get(token_id, NOBODY)
        same = hmac.compare_digest(digest(stored.salt, secret), stored.digest)
        is_known = same and prefix == PREFIX and stored is not NOBODY
        return stored if is_known and stored.is_valid_on(self.today()) else None


def fail(message: str) -> NoReturn:
    """End with one sentence instead of a traceback."""
    print(f"tokens: {message}", file=sys.stderr)
    raise SystemExit(1)


def show(tokens: Sequence[StoredToken]) -> None:
    """Print what is known of the tokens."""
    for token in tokens:
        until = f"until {token.expires_on}" if token.expires_on else "until revoked"
        columns = (token.token_id, token.created_at, until, token.account_id, token.note)
        print(printable("  ".join(columns).rstrip()))
    if not tokens:
        print("There are no tokens yet.", file=sys.stderr)


def day(text: str) -> str:
    """A date of the command line that is not over, in UTC."""
    try:
        last = date.fromisoformat(text)
    except ValueError:
        raise argparse.ArgumentTypeError(f"{text!r} is no date such as 2027-06-30") from None
    if last < datetime.now(UTC).date():
        raise argparse.ArgumentTypeError(f"{text} is over; give a day to come")
    return last.isoformat()


def parse(arguments: Sequence[str] | None) -> argparse.Namespace:
    """The command line."""
    parser = argparse.ArgumentParser(
        prog="python -m parley.api.tokens",
        description="Add, revoke and list the provider API's tokens.",
        epilog="PARLEY_API_TOKENS names the file. A running service notices every change.",
    )
    parser.add_argument(
        "--file", type=path_argument, help="default: api_tokens.json beside the warehouse"
    )
    commands = parser.add_subparsers(dest="command", required=True)
    add = commands.add_parser("add", help="make a token and print it, this once")
    add.add_argument("--account", required=True, help="provider or subscriber it is bound to")
    add.add_argument("--note", default="", help="who has it, for your own list")
    add.add_argument("--expires", type=day, metavar="DATE", help="its last day, such as 2027-06-30")
    revoke = commands.add_parser("revoke", help="remove a token")
    revoke.add_argument("token_id", help="the first column of list")
    commands.add_parser("list", help="print id, time, last day, account and note of every token")
    return parser.parse_args(arguments)


def add(path: Path, options: argparse.Namespace) -> None:
    """Add a token and print it."""
    account = options.account.strip()
    if not account:
        fail("The account is empty; name a provider or subscriber with --account.")
    try:
        token = add_token(path, account, options.note, options.expires or "")
    except OSError as error:
        fail(f"No token was added: {path} cannot be written ({error.strerror}).")
    print(token)
    print("This is the only time it is shown.", file=sys.stderr)


def revoke(path: Path, token_id: str) -> None:
    """Revoke a token; whoever is told so can rely on it."""
    try:
        is_revoked = revoke_token(path, token_id)
    except OSError as error:
        fail(f"The token {token_id} is still valid: {path} cannot be written ({error.strerror}).")
    except TokenFileError as error:
        fail(f"Nothing was revoked. {error}")
    if not is_revoked:
        fail(f"There is no token {token_id} in {path}; `list` shows their ids.")
    print(f"Token {token_id} is revoked.")


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line."""
    options = parse(arguments)
    path: Path = options.file or tokens_path(warehouse_path())
    try:
        if options.command == "add":
            add(path, options)
        elif options.command == "revoke":
            revoke(path, options.token_id)
        else:
            show(read_tokens(path))
    except (TokenFileError, CommandError) as error:
        fail(str(error))
    return 0


if __name__ == "__main__":
    sys.exit(main())
