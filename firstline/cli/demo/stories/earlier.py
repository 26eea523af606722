"""The weeks before: everyday tickets, solved and mostly rated, so that figures have something to count."""

from __future__ import annotations

from collections.abc import Iterator

from firstline.cli.demo.telling import Step, Story

# Working days ago, at what time, who asked, for which service, in what words; who took it, after so many minutes solved
# it, in what words; minutes of work, and the score (0 for none). Where a team is named, it was handed over to somebody.
Row = tuple[int, str, str, str, str, str, int, str, int, int, str, str]
_ROWS: tuple[Row, ...] = (
    (12, "09:04", "emma", "printing", "The printer in the hall prints stripes.",
     "olga", 50, "The drum was cleaned.", 20, 5, "", ""),
    (12, "14:20", "igor", "network", "Сеть в переговорной очень медленная.",
     "ben", 160, "Заменён кабель.", 45, 4, "", ""),
    (13, "10:31", "olena", "mail", "Не приходять листи від одного постачальника.",
     "olga", 210, "Адресу знято зі списку.", 30, 5, "systems", "ivan"),
    (14, "11:48", "hugo", "mail", "The shared mailbox is full.",
     "olga", 90, "Old letters were archived.", 15, 5, "", ""),
    (15, "09:40", "stepan", "workplace", "Комп'ютер у конторі не вмикається.",
     "taras", 1900, "Замінено блок живлення.", 90, 3, "support", "ben"),
    (16, "08:55", "emma", "network", "The VPN asks for a code I never get.",
     "ben", 40, "The phone number was corrected.", 10, 5, "", ""),
    (17, "15:12", "maryna", "billing", "Счёт за октябрь пришёл дважды.",
     "olga", 300, "Второй счёт отменён.", 25, 4, "billing", "nora"),
    (18, "10:05", "irina", "workplace", "Зависает программа бронирования.",
     "taras", 420, "Программа обновлена.", 60, 4, "", ""),
    (18, "13:33", "igor", "printing", "Принтер не видит бумагу формата A3.",
     "lead", 75, "Лоток настроен.", 15, 0, "", ""),
    (19, "09:15", "olena", "network", "Після перерви немає Wi-Fi.",
     "ben", 35, "Точку доступу перезапущено.", 10, 5, "", ""),
    (20, "16:02", "carlos", "mail", "I cannot open attachments on my phone.",
     "olga", 130, "The app was set up again.", 20, 4, "", ""),
    (21, "11:27", "halyna", "workplace", "Потрібна програма для креслень.",
     "lead", 2600, "Програму встановлено.", 35, 3, "support", "ben"),
    (22, "09:50", "emma", "mail", "A letter was sent to the wrong list. Can it be called back?",
     "olga", 25, "It was called back.", 10, 5, "", ""),
    (23, "12:41", "igor", "workplace", "Не хватает места на диске.", "taras", 140, "Диск очищен.", 30, 4, "", ""),
    (24, "10:18", "hugo", "network", "Guests cannot reach the printer.",
     "oksana", 380, "Its network was corrected.", 50, 4, "systems", "ivan"),
    (25, "14:55", "stepan", "mail", "Забув пароль від пошти.", "taras", 15, "Пароль змінено.", 5, 5, "", ""),
    (26, "09:22", "olena", "printing", "Закінчується тонер.", "lead", 65, "Картридж замінено.", 15, 5, "", ""),
    (27, "11:11", "maryna", "network", "В магазине пропал интернет.",
     "ben", 95, "Провайдер устранил обрыв.", 40, 4, "", ""),
    (28, "15:44", "emma", "workplace", "The screen flickers.",
     "olga", 1700, "A new screen was delivered.", 25, 3, "support", "ben"),
    (29, "10:36", "irina", "billing", "Нужна копия договора.", "olga", 55, "Копия отправлена.", 10, 5, "", ""),
    (30, "09:09", "igor", "mail", "Слишком много рекламы в почте.", "taras", 120, "Фильтр настроен.", 20, 4, "", ""),
    (31, "13:20", "olena", "workplace", "Не працює мікрофон у нарадах.",
     "olga", 80, "Налаштовано гарнітуру.", 20, 5, "", ""),
    (32, "11:02", "hugo", "printing", "The scanner makes grey pages.",
     "olga", 260, "The glass was cleaned, the lamp replaced.", 45, 4, "support", "oksana"),
    (33, "09:31", "emma", "network", "Video calls break off.",
     "ben", 190, "The wireless channel was changed.", 35, 4, "", ""),
    (34, "14:08", "stepan", "workplace", "Принтер етикеток друкує криво.",
     "olga", 70, "Вирівняно стрічку.", 15, 5, "", ""),
    (35, "10:50", "maryna", "mail", "Не могу войти в почту с нового телефона.",
     "lead", 45, "Телефон добавлен.", 10, 5, "", ""),
)  # fmt: skip


def _steps(row: Row) -> Iterator[Step]:
    _days, _clock, asked, _service, _text, by, solved, how, minutes, score, team, other = row
    yield (8, "take", by)
    if team:
        yield (12, "hand over", by, team, how)
        yield (20, "accept", other)
    yield (solved - 2, "work", other or by, minutes, "")
    yield (solved, "resolve", other or by, how)
    yield (solved + 60, "confirm", asked)
    if score:
        yield (solved + 65, "rate", asked, score)


STORIES = tuple(
    Story(f"earlier-{number}", row[2], ("past", row[0], row[1]), row[3], row[4], tuple(_steps(row)))
    for number, row in enumerate(_ROWS)
)
