"""Pure code speaks English until somebody lends it a translator."""

import subprocess
import sys

from django.utils import translation

from firstline.core.kernel import words


def test_words_stay_as_they_are_when_nobody_translates():
    script = "import sys; from firstline.core.kernel import words; sys.exit(words.gettext('Hour') != 'Hour')"

    assert subprocess.run([sys.executable, "-c", script], check=False).returncode == 0


def test_the_configuration_lends_the_translator_of_the_desk():
    with translation.override("ru"):
        assert words.gettext("Russian") == translation.gettext("Russian") == "Русский"
