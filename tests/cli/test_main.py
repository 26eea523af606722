"""The firstline command finds its word, runs it, and answers mistakes with one sentence."""

import subprocess
import sys

import pytest

from firstline import cli


def test_no_word_shows_the_commands_and_fails(capsys):
    with pytest.raises(SystemExit) as ending:
        cli.main([])

    assert ending.value.code == 2
    assert "  sla        Working time:" in capsys.readouterr().out


def test_help_shows_the_commands(capsys):
    with pytest.raises(SystemExit) as ending:
        cli.main(["--help"])

    assert ending.value.code == 0
    assert "usage: firstline COMMAND" in capsys.readouterr().out


def test_an_unknown_word_is_answered_with_the_known_ones(capsys):
    with pytest.raises(SystemExit) as ending:
        cli.main(["slaa"])

    assert ending.value.code == 2
    assert capsys.readouterr().err.startswith("firstline: There is no command 'slaa'. The commands are: ")


def test_a_wrong_argument_is_answered_with_one_sentence(capsys):
    with pytest.raises(SystemExit) as ending:
        cli.main(["sla", "guess"])

    said = capsys.readouterr().err
    assert ending.value.code == 2
    assert (said.startswith("firstline sla: "), said.count("\n"), "Traceback" in said) == (True, 1, False)


@pytest.mark.parametrize("word", sorted(cli.COMMANDS))
def test_every_command_has_a_summary_and_help_with_an_example(word, capsys):
    with pytest.raises(SystemExit) as ending:
        cli.main([word, "--help"])

    assert ending.value.code == 0
    assert "example" in capsys.readouterr().out
    assert cli._summary(cli.COMMANDS[word])


def test_a_command_that_needs_no_django_does_not_load_it():
    script = (
        "import sys; from firstline import cli\n"
        "try: cli.main(['sla', '--help'])\n"
        "except SystemExit: pass\n"
        "sys.exit('django' in sys.modules)"
    )

    assert subprocess.run([sys.executable, "-c", script], check=False, capture_output=True).returncode == 0
