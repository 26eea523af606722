"""What servers say when they refuse mail, by reason: gathered from their reports, kept as a table."""

from __future__ import annotations

# Read from the top; of two reasons that fit, the upper one says more. Patterns meet text in lower case,
# its white space single. `.` spans are bounded, so that no answer is walked through twice.
PHRASES: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("virusdetected", (
        r"\b(virus|viruses) (found|detected|infected)", r"infected", r"\bmalware", r"contains? (a )?virus",
        r"rejected due to security policies - mcspamsignature",
    )),
    ("filtered", (r"550:? : user unknown",)),  # a carrier's answer to the letter, not to the address
    ("rejected", (r"sender verify failed",)),
    ("requireptr", (
        r"reverse[ -]?dns", r"\bptr\b", r"\brdns\b", r"unverif(i|y)able sending ip", r"reverse (lookup|mapping)",
        r"forward-confirmed", r"cannot (find|resolve) your (hostname|reverse)",
    )),
    ("authfailure", (
        r"\bdmarc\b", r"\bspf\b",
        r"\bdkim (signature |check )?(fail|did not|not pass|required)",
        r"unauthenticated e?-?mail", r"sender is unauthenticated", r"sender policy framework",
    )),
    ("toomanyconn", (
        r"too many (connections|recipients|sessions|concurrent)", r"connection (rate|frequency) limit",
        r"\b(ip|connection) frequency limited", r"\baup#in-1310",
    )),
    ("speeding", (r"receiving mail (at a rate|too quickly)", r"rate that (\d{3}[ -][\d.]{5,9} )?prevents")),
    ("mailboxfull", (
        r"(mail ?box|inbox|mail ?folder|maildir)('s)?( is| was| has)?( currently)?( too)? (full|over|exceed)",
        r"full mail ?box", r"over[ -]?quota", r"quota (is )?(exceed|full|violat)", r"exceed(s|ed|ing)? .{0,25}quota",
        r"out of (storage|disk)", r"exceeded .{0,25}storage", r"mail ?box size (limit|exceed)",
        r"not enough (disk |storage )space", r"insufficient (mail ?box|user) (space|storage)",
        r"ящик.{0,30}переполнен", r"скриньк.{0,30}переповнен", r"postfach.{0,20} voll", r"boîte.{0,30}pleine",
        r"メールボックスが一杯",
    )),
    ("suspend", (
        r"(account|mail ?box|user|recipient)('s mailbox)?( that)?( you tried to reach)?"
        r"( has been| have been| is| was)?( temporarily| currently)? ?(disabled|suspended|inactive|deactivated|frozen)",
        r"account (is|has been) (blocked|locked|closed)", r"disabled (recipient|account|mailbox|user)",
        r"inactive (account|user|recipient|mailbox)", r"account is disabled", r"compte.{0,20} bloqu",
        r"(ящик|аккаунт|акаунт|скриньк).{0,20}(заблокирован|заблокован|отключ|вимкнен)",
    )),
    ("hasmoved", (r"has moved", r"has been replaced by", r"has changed (his |her |its )?(e-?mail )?address")),
    ("notaccept", (
        r"(does not|doesn't) accept (any )?(mail|e-?mail|messages)\b", r"no mx (record )?found", r"\bnull ?mx",
        r"not accepting (network |any )messages",
    )),
    ("hostunknown", (
        r"host ?(name)? (is )?unknown", r"unknown host", r"no such (host|domain)", r"domain (does not|doesn't) exist",
        r"(invalid|illegal|unknown) (host/)?domain", r"host or domain name not found.{0,90}host not found",
        r"couldn't find any host", r"unrouteable address", r"domain is not reachable", r"bad destination system",
        r"host/domain name found", r"host \S{1,255} not found", r"domain name not found",
    )),
    ("badreputation", (
        r"due to ip reputation", r"(low|poor|bad) reputation", r"unexpected volume or user complaints",
    )),
    ("exceedlimit", (r"exceeds fixed maximum",)),
    ("mesgtoobig", (
        r"(message|mail|e-mail)( size)?( is)? too (large|big|long)", r"too (large|big) for (this|the) recipient",
        r"size exceeds .{0,30}(limit|maximum)", r"exceeds maximum message size", r"message too (big|large)",
    )),
    ("norelaying", (
        r"relay(ing)? (access )?(denied|prohibited|not (permitted|allowed))", r"no relaying", r"unable to relay",
        r"not (permitted|allowed) to relay",
    )),
    ("policyviolation", (
        r"not accepted for policy reasons", r"email not accepted for policy", r"policy violation",
        r"potential security", r"presents a potential", r"header error", r"lpn000_630",
        r"message violates .{0,30}policy", r"prohibited (attachment|content)",
    )),
    ("spamdetected", (
        r"(?<!\.)\bspam( detected|\.| message| content|$)", r"- spam\b", r"\bube\b", r"unsolicited",
        r"(considered|looks like|classified as|detected as|identified as|likely) .{0,20}spam", r"mail rejete",
    )),
    ("contenterror", (
        r"8-?bit data", r"message content rejected", r"duplicate header", r"missing (from|date|subject|message-id)",
        r"malformed", r"bare (lf|cr)\b",
    )),
    ("networkerror", (
        r"hop count exceeded", r"too many hops", r"(mail|routing) (forwarding )?loop", r"maximum hop count",
        r"host ?name lookup failure", r"no route to host", r"network is unreachable",
        r"forwarded more than the maximum",
    )),
    ("rejected", (
        r"sender (address )?(was |has been )?(rejected|denied|refused)", r"unroutable sender",
        r"you are sending to/from an address that has been blacklisted", r"(bad|invalid) sender\b",
        r"permission to post", r"not allowed to (send|post)", r"groups\.google\.com/support",
        r"not a registered gateway", r"sender was rejected", r"does not exist e2110",
    )),
    ("blocked", (
        r"\bblocked (for|by|using)", r"black ?list(ed)?", r"block ?list(ed)?\b", r"\bdnsbl\b", r"\brbl\b",
        r"spamhaus", r"use the smtp server of your isp", r"client host rejected", r"no access from mail server",
        r"open relay", r"cannot send e-?mail to yourself", r"may not be mail exchanger", r"not accepting connections",
        r"connection refused", r"service refused?\b", r"access denied\.\.\.",
        r"\bip (address )?.{0,20}(blocked|listed)", r"refused to talk to me", r"connections? (is |are )?not accepted",
    )),
    ("userunknown", (
        r"user (is )?(unknown|not found|doesn't exist|does not exist|not known)",
        r"unknown (user|recipient|address)\b", r"no such (user|mailbox|recipient|address|person|local)",
        r"no mail ?box", r"invalid (user|recipient|mailbox)",
        r"(recipient|mail ?box|address|account|user|alias)( name)?( that)?( you (tried|entered))?( to reach)?"
        r"( does| is| was)? ?(not|doesn't|isn't|couldn't be|could not be) (\d{3}[ -][\d.]{5,9} )?"
        r"(exist|found|recognized|valid|available)",
        r"recipnotfound", r"recipientnotfound", r"not listed in", r"(unknown|illegal) alias",
        r"bad destination mailbox", r"doesn't have an? .{0,60}account",
        r"no longer (valid|exists|employed|works|with us)", r"adresse inconnue", r"destinataire invalide",
        r"нет такого (пользователя|адреса|ящика)", r"не существует", r"не існує",
        r"ディレクトリ.{0,9}に(は見つかり|あり)ません",
        r"recipient address rejected: access denied", r"recipient unknown",
        r"(existiert|gibt es) nicht",
    )),
    ("filtered", (r"message filtered", r"rejected by a remote mail server")),
    ("systemfull", (
        r"(insufficient|not enough) (disk|system) (space|storage|resources)", r"no space left", r"disk full",
    )),
    ("securityerror", (
        r"unauthenticated senders", r"authentication (is )?required", r"must (first )?authenticate",
        r"must issue a starttls",
    )),
    ("mailererror", (r"mailer error", r"command (died|failed|output)", r"x-unix", r"exit(ed)? (status|with)")),
    ("syntaxerror", (r"parameter not implemented", r"syntax error", r"command (unrecognized|not recognized)")),
    ("systemerror", (
        r"system error", r"internal (server )?error", r"does not support tls",
        r"service (is )?(currently )?unavailable$", r"service currently unavailable", r"configuration error",
    )),
    ("expired", (
        r"timed? ?-?out", r"expired", r"in the queue too long", r"giving up$", r"could not be delivered for",
        r"after multiple retries", r"delivery failed \d+ attempts", r"not delivered within", r"not responding",
        r"been failing for a long time", r"not reachable", r"did not accept our requests", r"has been delayed",
        r"was aborted after", r"will be retried", r"temporarily deferred", r"could not deliver for the last",
        r"lookup failure\)", r"delay reason",
    )),
)  # fmt: skip
