"""What a trusted server's results prove about a sender's domain."""

from __future__ import annotations

import pytest

from firstline.core.intake.proofs import proves

MX = "mx.example.org"


@pytest.mark.parametrize(
    ("said", "proven"),
    [
        ("mx.example.org; dkim=pass header.d=example.org", True),
        ("mx.example.org 1; dkim=pass (2048-bit key) header.d=example.org header.s=a", True),
        ("MX.example.org; dkim=fail header.d=example.org; dkim=pass header.i=@example.org", True),
        ("mx.example.org; dmarc=pass header.from=example.org; spf=pass smtp.mailfrom=x@example.org", True),
        ("mx.example.org; dmarc=pass header.from=example.org; arc=pass", True),
        ("mx.example.org; dmarc=pass header.from=example.org", False),
        ("mx.example.org; spf=pass smtp.mailfrom=x@example.org", False),
        ("mx.example.org; dkim=pass header.d=evil.example", False),
        ("mx.example.org; dkim=pass header.d=org", False),
        ("mx.example.org; dkim=none (dkim=pass header.d=example.org)", False),
        ("mx.example.org.evil.example; dkim=pass header.d=example.org", False),
        ('mx.example.org; x-note="dkim=pass header.d=example.org"', False),
        ("", False),
    ],
)
def test_a_result_proves_the_domain_or_does_not(said: str, proven: bool):
    assert proves((("authentication-results", said),), MX, "example.org") is proven


def test_only_what_stands_above_the_servers_own_trace_counts():
    good, forged = f"{MX}; spf=fail", f"{MX}; dkim=pass header.d=example.org"
    headers = (("authentication-results", good), ("received", "by mx"), ("authentication-results", forged))

    assert not proves(headers, MX, "example.org")
    assert proves((("authentication-results", forged), *headers), MX, "example.org")


def test_a_domain_below_the_signer_is_proven_and_without_a_trusted_server_nothing_is():
    headers = (("authentication-results", f"{MX}; dkim=pass header.d=example.org"),)

    assert proves(headers, MX, "shop.example.org")
    assert not proves(headers, "", "example.org")
    assert not proves(headers, MX, "")
