"""One folder over IMAP: what is new in it, its bytes, what is done with it after, and waiting for more.

imap-tools signs in, moves and names folders; bytes are fetched past it, because it hands out parsed messages only.
"""

from __future__ import annotations

import contextlib
import imaplib
import re
import ssl
import time
from collections.abc import Callable, Container, Iterator, Mapping, Sequence
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
_TOGETHER, _BYTES_TOGETHER, _NAMED_TOGETHER = 25, 8 * 1024 * 1024, 500
_UID = re.compile(rb"\bUID (\d+)")
_SIZE = re.compile(rb"\bRFC822\.SIZE (\d+)")
# What was read of a folder whose numbering was lost is looked for again this far back.
_BACK = timedelta(days=7)

# The server says no to what was asked, and the connection is as good as before.
Refusals = (imaplib.IMAP4.error, ImapToolsError)
Troubles = (*Refusals, OSError, signing_in.NotSignedIn, UnicodeError)


class ConnectionLost(OSError):
    """The connection was lost while these mails were asked for."""

    def __init__(self, uids: Sequence[int], why: Exception) -> None:
        super().__init__(f"the server hung up over it: {why}")
        self.uids = tuple(uids)


@dataclass(frozen=True)
class Fetched:
    """One mail of the folder; of one that is too large, only its header (`whole` is false)."""

    uid: int
    raw: bytes
    size: int
    whole: bool = True


@dataclass(frozen=True)
class Portion:
    """Some mails of the folder, and those that the server did not give, with its reason."""

    mails: Sequence[Fetched]
    refused: Mapping[int, str]

    @property
    def reached(self) -> int:
        """The highest UID of them."""
        return max((*(each.uid for each in self.mails), *self.refused), default=0)


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
        self._client.untagged_responses.pop("EXISTS", None)  # what is told from here on may be missing below
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

    def fetch(self, uids: Sequence[int], limit: int, alone: Container[int] = ()) -> Iterator[Portion]:
        """Yield the mails of these UIDs in portions, in order; what is gone by now is left out.

        alone   what is asked for one by one, because the connection was lost over it among others
        raises  ConnectionLost, which names what was asked for
        """
        answer, refused = self._asked(uids, "RFC822.SIZE", alone)
        if refused:
            yield Portion((), refused)
        sizes = _sizes(answer)
        for portion in _portions([uid for uid in uids if uid in sizes], sizes, limit, alone):
            large = sizes[portion[0]] > limit
            answer, refused = self._asked(portion, "BODY.PEEK[HEADER]" if large else "BODY.PEEK[]", alone)
            bodies = _bodies(answer)
            missing = [uid for uid in portion if uid not in bodies and uid not in refused]
            mails = [Fetched(uid, bodies[uid], sizes[uid], not large) for uid in portion if uid in bodies]
            yield Portion(mails, {**refused, **self._left_out(missing)})

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

    def _asked(self, uids: Sequence[int], what: str, alone: Container[int]) -> tuple[list[Any], dict[int, str]]:
        """Return what the server says of these mails, and why it says nothing of those it refuses to talk about."""
        answer: list[Any] = []
        refused: dict[int, str] = {}
        for some in _together(uids, alone):
            found, refusals = self._asked_together(some, what)
            answer += found
            refused |= refusals
        return answer, refused

    def _asked_together(self, uids: Sequence[int], what: str) -> tuple[list[Any], dict[int, str]]:
        try:
            return _ok(self._client.uid("FETCH", _named(uids), f"(UID {what})")), {}
        except (imaplib.IMAP4.abort, OSError) as lost:
            raise ConnectionLost(uids, lost) from lost
        except imaplib.IMAP4.error as refusal:
            self._client.untagged_responses.pop("FETCH", None)  # what it said before it refused
            if len(uids) == 1:
                return [], {uids[0]: str(refusal)}
        half = len(uids) // 2
        first, second = self._asked_together(uids[:half], what), self._asked_together(uids[half:], what)
        return [*first[0], *second[0]], {**first[1], **second[1]}

    def _left_out(self, uids: Sequence[int]) -> dict[int, str]:
        """Return which of these, missing in an answer, lie in the folder all the same."""
        there = _sizes(self._asked(uids, "RFC822.SIZE", ())[0]) if uids else {}
        return dict.fromkeys(there, "the server left it out of its answer")

    @contextlib.contextmanager
    def _idle(self) -> Iterator[Callable[[float], bool]]:
        """Idle while the block lasts; what it is given tells, within so many seconds, whether something came."""
        client = self._client
        tag = client._command("IDLE")
        while client._get_response() is not None:  # None is the "+" that says: go on
            if client.tagged_commands[tag]:
                raise imaplib.IMAP4.error("the server does not let us idle")
        # What came between our search and the idling was told with a fetch, a mark or the "+", and is not told again.
        # A server that tells of it at every turn is asked twice a second, no more often.
        before = bool(client.untagged_responses.get("EXISTS"))

        def happened(seconds: float) -> bool:
            return self._heard(seconds) or before

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


def _sizes(answer: Sequence[Any]) -> dict[int, int]:
    """Return the bytes that each mail has, by UID."""
    lines = [line for line in answer if isinstance(line, bytes)]
    found = [(_UID.search(line), _SIZE.search(line)) for line in lines]
    return {int(uid[1]): int(size[1]) for uid, size in found if uid and size}


def _bodies(answer: Sequence[Any]) -> dict[int, bytes]:
    """Return the bytes by UID; the UID stands before the literal or behind it, as the server likes."""
    found: dict[int, bytes] = {}
    for number, item in enumerate(answer):
        if isinstance(item, tuple):
            rest = answer[number + 1] if number + 1 < len(answer) else b""
            uid = _UID.search(item[0]) or _UID.search(rest if isinstance(rest, bytes) else b"")
            if uid:
                found[int(uid[1])] = bytes(item[1])
    return found


def _together(uids: Sequence[int], alone: Container[int]) -> Iterator[list[int]]:
    """Yield runs of UIDs that one command names."""
    run: list[int] = []
    for uid in uids:
        if run and (uid in alone or len(run) >= _NAMED_TOGETHER):
            yield run
            run = []
        if uid in alone:
            yield [uid]
        else:
            run.append(uid)
    if run:
        yield run


def _portions(
    uids: Sequence[int], sizes: Mapping[int, int], limit: int, apart: Container[int]
) -> Iterator[list[int]]:  # fmt: skip
    """Yield runs of UIDs that are kept by one commit: few enough, small enough, or one that is too large or apart."""
    portion: list[int] = []
    held = 0
    for uid in uids:
        alone = sizes[uid] > limit or uid in apart
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
