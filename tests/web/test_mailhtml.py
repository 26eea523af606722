"""HTML of mail made fit to be looked at: what stays, what goes, and where pictures come from."""

from __future__ import annotations

import pytest

from firstline.web import mailhtml

DOT = "data:image/gif;base64,R0lGODlhAQABAAAAACw="


@pytest.mark.parametrize(
    ("html", "shown"),
    [
        ("<p onclick=x>Hi<script>alert(1)</script></p>", "<p>Hi</p>"),
        ("<style>p{color:red}</style><p style='color:red;position:fixed'>a</p>", '<p style="color:red">a</p>'),
        ("<p style='background-color:red;background:url(https://x.example/a)'>a</p>", "<p>a</p>"),
        ("<p style='width:e\\78pression(1)'>a</p>", "<p>a</p>"),
        ("<a href='javascript:alert(1)'>a</a><a href='data:text/html,x'>b</a><a href='/console/'>c</a>", None),
        ("<svg><script>x</script></svg><math><mi>y</mi></math><iframe src=x></iframe>z", "z"),
        ("<form action=https://x.example><input name=a><button>b</button></form>", "b"),
        ("<base href=https://x.example><meta http-equiv=refresh content=0><link rel=stylesheet href=x>ok", "ok"),
        ("<table bgcolor=red><tr><td colspan=2>x", None),
    ],
)
def test_what_runs_or_leads_elsewhere_goes_and_words_stay(html: str, shown: str | None):
    clean = mailhtml.clean(html, {}).html

    assert shown is None or clean == shown
    for hole in ("script", "javascript:", "data:text", "/console/", "onclick", "url("):
        assert hole not in clean


def test_a_link_opens_apart_and_tells_nobody_where_it_was():
    clean = mailhtml.clean('<a href="https://example.org/x">x</a>', {}).html

    assert 'target="_blank"' in clean
    assert 'rel="noopener noreferrer nofollow"' in clean


def test_a_picture_of_the_mail_itself_is_put_in_and_an_unknown_one_is_not():
    clean = mailhtml.clean('<img src="cid:logo%40x" alt="Logo"><img src="CID:other">', {"logo@x": DOT})

    assert clean.html == f'<img src="{DOT}" alt="Logo"><img>'
    assert clean.remote == 0


@pytest.mark.parametrize(("remote", "left_out"), [(False, 2), (True, 0)])
def test_pictures_from_elsewhere_are_left_out_until_asked_for(*, remote: bool, left_out: int):
    html = '<img src="https://x.example/a.png"><img src=" HTTP://x.example/b"><img src="//x.example/c"><img src="d">'

    clean = mailhtml.clean(html, {}, remote=remote)

    assert clean.remote == left_out
    assert clean.html.count("x.example") == (2 if remote else 0)


@pytest.mark.parametrize("source", ["data:image/svg+xml;base64,PHN2Zz4=", "data:text/html;base64,PHA+", "file:///etc"])
def test_a_picture_that_could_be_more_than_one_is_not_shown(source: str):
    assert mailhtml.clean(f'<img src="{source}">', {}).html == "<img>"


def test_the_frame_runs_nothing_and_fetches_nothing():
    policy = mailhtml.headers()["Content-Security-Policy"]

    assert policy.startswith("default-src 'none'; style-src 'unsafe-inline'; img-src data:; ")
    assert policy.endswith("sandbox allow-popups allow-popups-to-escape-sandbox")
    assert "img-src data: https: http:;" in mailhtml.headers(remote=True)["Content-Security-Policy"]


def test_a_plain_text_is_escaped():
    assert mailhtml.plain("<b>&\n") == "<pre>&lt;b&gt;&amp;\n</pre>"
