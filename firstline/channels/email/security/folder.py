"""The folder from which a desk's keys for mail are read."""

from __future__ import annotations

from pathlib import Path

from firstline.channels.email.security.keys import Keys

_SECRET = "PRIVATE KEY"


def read(folder: Path) -> Keys:
    """Return the keys in a folder; raises OSError when it, or a file in it, cannot be read.

    name.crt beside name.key      a certificate of the desk and its private key (PEM)
    other .crt and .pem           certificates that signatures may rest on
    name.asc with a secret key    a PGP key of the desk; its passphrase, if any, in name.pass
    other .asc                    public PGP keys of correspondents
    """
    texts = {path: path.read_text() for path in sorted(folder.iterdir()) if path.is_file()}
    certificates = {path: text for path, text in texts.items() if path.suffix in (".crt", ".pem")}
    private = {path.stem: text for path, text in texts.items() if path.suffix == ".key"}
    armoured = {path: text for path, text in texts.items() if path.suffix == ".asc"}
    return Keys(
        smime=tuple((text, private[path.stem]) for path, text in certificates.items() if path.stem in private),
        trusted=tuple(text for path, text in certificates.items() if path.stem not in private),
        pgp=tuple(
            (text, texts.get(path.with_suffix(".pass"), "").strip())
            for path, text in armoured.items()
            if _SECRET in text
        ),
        known=tuple(text for text in armoured.values() if _SECRET not in text),
    )
