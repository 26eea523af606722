"""One folder over IMAP: what is new in it, its bytes, what is done with it after, and waiting for more.

imap-tools signs in, moves and names folders; bytes are fetched past it, because it hands out parsed messages only.
"""

from __future__ import annotations

import contextlib
import imaplib
import re
import ssl
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from imap_tools import MailBox, MailBoxStartTls, MailBoxUnencrypted
from imap_tools.errors import ImapToolsError
from imap_tools.mailbox import BaseMailBox

from firstline.channels.email import signing_in
from firstline.core.intake.models import Mailbox

TIMEOUT = 30.0
# Servers hang up after 30 minutes (RFC 2177 says: renew before 29), and routers forget a silent connection long before.
RENEW = timedelta(minutes=4)
_TOGETHER, _BYTES_TOGETHER = 25, 8 * 1024 * 1024
_UID = re.compile(rb"\bUID (\d+)")
_SIZE = re.compile(rb"\bRFC822\.SIZE (\d+)")
# What was read of a folder whose numbering was lost is looked for again this far back.
_BACK = timedelta(days=7)

# The server says no to what was asked, and the connection is as good as before.
Refusals = (imaplib.IMAP4.error, ImapToolsError)
Troubles = (*Refusals, OSError, signing_in.NotSignedIn, UnicodeError)


@dataclass(frozen=True)
class Fetched:
    """One mail of the folder; of one that is too large, only its header (`whole` is false)."""

    uid: int
    raw: bytes
    size: int
    whole: bool = True


class Folder:
    """The folder of a mailbox, open; for one thread."""

    def __init__(self, mailbox: Mailbox, box: BaseMailBox) -> None:
        self._mailbox = mailbox
        self._box = box
        self._client: Any = box.client
        self.validity = self._validity()
        # Kept already, but not yet marked or moved as the mailbox says.
        self.unmarked: list[int] = []

    def new(self) -> list[int]:
        """Return the UIDs of what was not taken yet, lowest first; the caller says by the mailbox how far it got.

        A folder seen for the first time gives what nobody has opened. One that was numbered anew gives what nobody
        has opened and whatever came lately, since what was taken already is known by its bytes, not its number.
        """
        if self._mailbox.uid_validity == self.validity:
            first = self._mailbox.seen_uid + 1
            # "n:*" names the last message too, when its number is below n.
            return [uid for uid in self._search(f"UID {first}:*") if uid >= first]
        found = set(self._search("UNSEEN"))
        if self._mailbox.uid_validity is not None:
            found |= set(self._search(f"SINCE {_day(self._since())}"))
        return sorted(found)

    def highest(self) -> int:
        """Return the highest UID there is now, 0 in an empty folder."""
        return max(self._search("UID *"), default=0)

    def fetch(self, uids: Sequence[int], limit: int) -> Iterator[list[Fetched]]:
        """Yield the mails of these UIDs in portions, in order; what is gone by now is left out."""
        sizes = self._sizes(uids)
        for portion in _portions([uid for uid in uids if uid in sizes], sizes, limit):
            large = sizes[portion[0]] > limit
            bodies = self._fetch(portion, "BODY.PEEK[HEADER]" if large else "BODY.PEEK[]")
            yield [Fetched(uid, bodies[uid], sizes[uid], not large) for uid in portion if uid in bodies]

    def done(self, uids: Sequence[int]) -> None:
        """Do with mails that are kept what the mailbox says: mark them as seen, and move them where it names a folder.

        By UID, so that it hits what was kept and nothing that came meanwhile.
        """
        named = ",".join(map(str, uids))
        _ok(self._client.uid("STORE", named, "+FLAGS.SILENT", r"(\Seen)"))
        if self._mailbox.then == Mailbox.Then.MOVE:
            if not self._box.folder.exists(self._mailbox.move_to):
                self._box.folder.create(self._mailbox.move_to)
            self._box.move([str(uid) for uid in uids], self._mailbox.move_to)

    def wait(self, seconds: float, stopped: Callable[[], bool]) -> None:
        """Return when something happened in the folder, after so many seconds, or soon after `stopped` is true."""
        until = time.monotonic() + seconds
        if "IDLE" not in self._client.capabilities:
            while not stopped() and time.monotonic() < until:
                time.sleep(min(0.5, max(0.0, until - time.monotonic())))
            _ok(self._client.noop())
            return
        with self._idle() as happened:
            while not happened(0.5) and not stopped() and time.monotonic() < until:
                pass

    @property
    def idles(self) -> bool:
        """Whether the server tells by itself that something came."""
        return "IDLE" in self._client.capabilities

    def _validity(self) -> int:
        told = self._client.response("UIDVALIDITY")[1]
        if not told or told[0] is None:
            raise imaplib.IMAP4.error("the server names no UIDVALIDITY")
        return int(told[0])

    def _since(self) -> datetime:
        contacted = self._mailbox.contacted_at or self._mailbox.made_at
        return max(self._mailbox.made_at, contacted - _BACK)

    def _search(self, criteria: str) -> list[int]:
        answer = _ok(self._client.uid("SEARCH", *criteria.split()))
        return sorted(int(uid) for uid in (answer[0] or b"").split())

    def _sizes(self, uids: Sequence[int]) -> dict[int, int]:
        sizes: dict[int, int] = {}
        for start in range(0, len(uids), 500):
            for line in _ok(self._client.uid("FETCH", _named(uids[start : start + 500]), "(UID RFC822.SIZE)")):
                uid, size = _UID.search(line or b""), _SIZE.search(line or b"")
                if uid and size:
                    sizes[int(uid[1])] = int(size[1])
        return sizes

    def _fetch(self, uids: Sequence[int], part: str) -> dict[int, bytes]:
        """Return the bytes by UID; the UID stands before the literal or behind it, as the server likes."""
        found: dict[int, bytes] = {}
        answer = _ok(self._client.uid("FETCH", _named(uids), f"(UID {part})"))
        for number, item in enumerate(answer):
            if isinstance(item, tuple):
                rest = answer[number + 1] if number + 1 < len(answer) else b""
                uid = _UID.search(item[0]) or _UID.search(rest if isinstance(rest, bytes) else b"")
                if uid:
                    found[int(uid[1])] = bytes(item[1])
        return found

    @contextlib.contextmanager
    def _idle(self) -> Iterator[Callable[[float], bool]]:
        """Idle while the block lasts; what it is given tells, within so many seconds, whether something came."""
        client = self._client
        client.untagged_responses.pop("EXISTS", None)
        tag = client._command("IDLE")
        while client._get_response() is not None:  # None is the "+" that says: go on
            if client.tagged_commands[tag]:
                raise imaplib.IMAP4.error("the server does not let us idle")
        # Something may have come between our search and the idling: it was read with the "+".
        before = [bool(client.untagged_responses.get("EXISTS"))]

        def happened(seconds: float) -> bool:
            return before[0] or self._heard(seconds)

        yield happened
        client.send(b"DONE\r\n")
        self._box.consume_until_tagged_response(tag)

    def _heard(self, seconds: float) -> bool:
        # First what lies in our own buffer, where the socket does not show it any more.
        lines = self._lines() or self._box.idle.poll(timeout=seconds)
        return any(not line.startswith(b"* OK") for line in lines)

    def _lines(self) -> list[bytes]:
        self._client.sock.settimeout(0)
        found: list[bytes] = []
        try:
            while True:
                found.append(self._client._get_line())
        except (OSError, imaplib.IMAP4.abort):
            return found
        finally:
            self._client.sock.settimeout(TIMEOUT)


@contextlib.contextmanager
def opened(mailbox: Mailbox) -> Iterator[Folder]:
    """Open the folder of a mailbox and leave it after. Raises one of Troubles."""
    box = _connected(mailbox)
    try:
        _signed_in(box, mailbox)
        yield Folder(mailbox, box)
    finally:
        with contextlib.suppress(*Troubles):
            box.client.sock.settimeout(2)
            box.client.logout()


def _connected(mailbox: Mailbox) -> BaseMailBox:
    security = mailbox.security
    if security == Mailbox.Security.NONE:
        return MailBoxUnencrypted(mailbox.host, mailbox.port or 143, timeout=TIMEOUT)
    context = ssl.create_default_context()
    if security == Mailbox.Security.STARTTLS:
        return MailBoxStartTls(mailbox.host, mailbox.port or 143, timeout=TIMEOUT, ssl_context=context)
    return MailBox(mailbox.host, mailbox.port or 993, timeout=TIMEOUT, ssl_context=context)


def _signed_in(box: BaseMailBox, mailbox: Mailbox) -> None:
    if mailbox.sign_in != Mailbox.SignIn.PASSWORD:
        box.xoauth2(mailbox.username, signing_in.access_token(mailbox), initial_folder=None)
    elif (mailbox.username + signing_in.password(mailbox)).isascii():
        box.login(mailbox.username, signing_in.password(mailbox), initial_folder=None)
    else:
        box.login_utf8(mailbox.username, signing_in.password(mailbox), initial_folder=None)
    # What a server can do it often tells only after one has signed in.
    told = _ok(box.client.capability())
    box.client.capabilities = tuple((told[-1] or b"").decode("ascii", "replace").upper().split())
    box.folder.set(mailbox.folder)


def _portions(uids: Sequence[int], sizes: dict[int, int], limit: int) -> Iterator[list[int]]:
    """Yield runs of UIDs that are fetched by one command: few enough, small enough, or one that is too large."""
    portion: list[int] = []
    held = 0
    for uid in uids:
        alone = sizes[uid] > limit
        if portion and (alone or len(portion) >= _TOGETHER or held + sizes[uid] > _BYTES_TOGETHER):
            yield portion
            portion, held = [], 0
        if alone:
            yield [uid]
            continue
        portion.append(uid)
        held += sizes[uid]
    if portion:
        yield portion


def _named(uids: Sequence[int]) -> str:
    return ",".join(map(str, uids))


def _ok(answer: tuple[str, list[Any]]) -> list[Any]:
    status, told = answer
    if status != "OK":
        words = b" ".join(each for each in told if isinstance(each, bytes)).decode("ascii", "replace")
        raise imaplib.IMAP4.error(f"{status} {words}"[:300])
    return told


def _day(at: datetime) -> str:
    months = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
    return f"{at.day}-{months[at.month - 1]}-{at.year}"  # in English whatever the locale
