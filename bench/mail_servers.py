"""A real Dovecot and a real Postfix for tests and benchmarks, on loopback, each in a folder of its own."""

from __future__ import annotations

import contextlib
import grp
import imaplib
import os
import pwd
import shutil
import smtplib
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from bench.load import free_port

DOVECOT = "/usr/sbin/dovecot"
POSTFIX = "/usr/sbin/postfix"
PASSWORD = "for-nothing-but-tests"
# Mail for FETCHED goes to Dovecot, from where it is fetched; mail for HANDED goes to the desk's own door by LMTP.
FETCHED, HANDED = "fetched.example", "handed.example"

_DOVECOT = """
base_dir = {folder}/run
state_dir = {folder}/state
log_path = {folder}/dovecot.log
protocols = imap pop3 lmtp
listen = 127.0.0.1
ssl = no
disable_plaintext_auth = no
auth_mechanisms = plain login xoauth2
passdb {{
  driver = oauth2
  mechanisms = xoauth2
  args = {folder}/oauth2.conf
}}
passdb {{
  driver = static
  mechanisms = plain login
  args = password={password}
}}
userdb {{
  driver = static
  args = uid={owner} gid={owner} home={folder}/home/%u allow_all_users=yes
}}
mail_location = maildir:~/Maildir
first_valid_uid = 1
first_valid_gid = 1
default_vsz_limit = 256M
mailbox_idle_check_interval = 1 secs
mail_max_userip_connections = 200
service imap-login {{
  inet_listener imap {{
    port = {imap}
  }}
  inet_listener imaps {{
    port = 0
  }}
}}
service pop3-login {{
  inet_listener pop3 {{
    port = {pop3}
  }}
  inet_listener pop3s {{
    port = 0
  }}
}}
service lmtp {{
  inet_listener lmtp {{
    address = 127.0.0.1
    port = {lmtp}
  }}
}}
"""
_OAUTH2 = """
introspection_url = http://127.0.0.1:{introspection}/introspection?token=
introspection_mode = get
username_attribute = username
active_attribute = active
active_value = true
"""
_MAIN = """
compatibility_level = 3.6
queue_directory = {folder}/queue
data_directory = {folder}/data
command_directory = /usr/sbin
daemon_directory = /usr/lib/postfix/sbin
meta_directory = /etc/postfix
mail_owner = postfix
setgid_group = postdrop
myhostname = relay.example
inet_interfaces = 127.0.0.1
inet_protocols = ipv4
mynetworks = 127.0.0.0/8
mydestination =
alias_maps =
alias_database =
virtual_mailbox_domains = {fetched} {handed}
virtual_mailbox_maps =
virtual_transport = lmtp:inet:127.0.0.1:{dovecot}
transport_maps = inline:{{ {{ {handed} = lmtp:inet:127.0.0.1:{desk} }} }}
local_recipient_maps =
smtpd_recipient_restrictions = permit_mynetworks, reject
minimal_backoff_time = 1s
maximal_backoff_time = 2s
queue_run_delay = 1s
# One that fails is not spared for a while, nor are the others: the tests have no patience.
default_destination_concurrency_failed_cohort_limit = 0
maillog_file = {folder}/postfix.log
maillog_file_prefixes = /tmp, /var/tmp
"""
_MASTER = """
127.0.0.1:{port} inet n - n - - smtpd
pickup unix n - n 60 1 pickup
cleanup unix n - n - 0 cleanup
qmgr unix n - n 300 1 qmgr
tlsmgr unix - - n 1000? 1 tlsmgr
rewrite unix - - n - - trivial-rewrite
bounce unix - - n - 0 bounce
defer unix - - n - 0 bounce
trace unix - - n - 0 bounce
verify unix - - n - 1 verify
proxymap unix - - n - - proxymap
smtp unix - - n - - smtp
error unix - - n - - error
retry unix - - n - - error
lmtp unix - - n - - lmtp
anvil unix - - n - 1 anvil
scache unix - - n - 1 scache
postlog unix-dgram n - n - 1 postlogd
"""


class Unavailable(Exception):
    """The server cannot be started here; the text says why."""


@dataclass(frozen=True)
class Dovecot:
    """A running Dovecot: any user name signs in with PASSWORD and has a mailbox.

    introspection  the port where it asks whose an OAuth2 token is; whoever tests that must answer there
    """

    folder: Path
    imap: int
    pop3: int
    lmtp: int
    introspection: int

    @contextlib.contextmanager
    def opened(self, user: str, folder: str = "INBOX") -> Iterator[imaplib.IMAP4]:
        """Sign in beside the desk, to look at a mailbox or to change it."""
        session = imaplib.IMAP4("127.0.0.1", self.imap, timeout=20)
        session.login(user, PASSWORD)
        session.select(folder)
        try:
            yield session
        finally:
            session.logout()

    def deliver(self, user: str, *mails: bytes) -> None:
        """Deliver mails as the last server on the way does."""
        with smtplib.LMTP("127.0.0.1", self.lmtp, timeout=20) as session:
            for mail in mails:
                session.sendmail("sender@people.example", [user], mail)

    def count(self, user: str, folder: str = "INBOX", criteria: str = "ALL") -> int:
        """Return how many mails of a folder fit the criteria."""
        with self.opened(user, folder) as session:
            return len(session.search(None, criteria)[1][0].split())

    def renumber(self, user: str) -> None:
        """Let the folder be numbered anew, as after a restored backup: another UIDVALIDITY, other UIDs."""
        for path in (self.folder / "home" / user / "Maildir").glob("dovecot*"):
            path.unlink()


@dataclass(frozen=True)
class Postfix:
    """A running Postfix: where it listens, and where it hands in what is for HANDED."""

    smtp: int
    desk: int

    def send(self, to: str, mail: bytes, sender: str = "sender@people.example") -> None:
        """Send a mail as a plain client does."""
        with smtplib.SMTP("127.0.0.1", self.smtp, timeout=20) as session:
            session.sendmail(sender, [to], mail)


@contextlib.contextmanager
def dovecot() -> Iterator[Dovecot]:
    """Yield a running Dovecot. Raises Unavailable where it cannot be started."""
    with _folder("dovecot", DOVECOT) as folder:
        ports = {name: free_port() for name in ("imap", "pop3", "lmtp", "introspection")}
        home = folder / "home"
        home.mkdir()
        shutil.chown(home, "mail", "mail")
        conf = folder / "dovecot.conf"
        (folder / "oauth2.conf").write_text(_OAUTH2.format(**ports))
        conf.write_text(_DOVECOT.format(folder=folder, password=PASSWORD, owner="mail", **ports))
        # Its daemon would keep a pipe open for ever.
        subprocess.run([DOVECOT, "-c", conf], check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        try:
            _wait_for(ports["imap"])
            yield Dovecot(folder, **ports)
        finally:
            subprocess.run([DOVECOT, "-c", conf, "stop"], check=False, capture_output=True)


@contextlib.contextmanager
def postfix(dovecot: Dovecot) -> Iterator[Postfix]:
    """Yield a running Postfix that hands over to Dovecot and to the desk. Raises Unavailable."""
    with _folder("postfix", POSTFIX) as folder:
        port, desk = free_port(), free_port()
        conf = folder / "conf"
        for name, owner in (("conf", "root"), ("queue", "root"), ("data", "postfix")):
            (folder / name).mkdir(mode=0o755)
            shutil.chown(folder / name, owner)
        settings = {"folder": folder, "fetched": FETCHED, "handed": HANDED, "dovecot": dovecot.lmtp, "desk": desk}
        (conf / "main.cf").write_text(_MAIN.format(**settings))
        (conf / "master.cf").write_text(_MASTER.format(port=port))
        subprocess.run(
            [POSTFIX, "-c", conf, "start"], check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        )  # fmt: skip
        try:
            _wait_for(port)
            yield Postfix(port, desk)
        finally:
            subprocess.run([POSTFIX, "-c", conf, "abort"], check=False, capture_output=True)


@contextlib.contextmanager
def _folder(name: str, program: str) -> Iterator[Path]:
    if not Path(program).exists():
        raise Unavailable(f"{program} is not installed (Debian: apt-get install {name})")
    if os.geteuid() != 0:
        raise Unavailable(f"only root may start {program}")
    for user in ("mail", "dovenull" if name == "dovecot" else "postfix"):
        pwd.getpwnam(user)
        grp.getgrnam(user)
    # In /tmp itself and open to others: these servers work under users of their own.
    folder = Path(tempfile.mkdtemp(prefix=f"firstline-{name}-"))
    folder.chmod(0o755)
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _wait_for(port: int) -> None:
    deadline = time.monotonic() + 20
    while True:
        try:
            with socket.create_connection(("127.0.0.1", port), timeout=1):
                return
        except OSError:
            assert time.monotonic() < deadline, f"nothing listens on {port}"
            time.sleep(0.05)
