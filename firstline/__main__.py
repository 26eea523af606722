"""Let `python -m firstline` be the firstline command."""

from firstline.cli import main

main()
