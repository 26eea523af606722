"""Mail is out for many: a major incident with its parts, under way; and a burst of alike tickets that may be one."""

from __future__ import annotations

from firstline.cli.demo.telling import Story

_HEADLINE = {"en": "Mail arrives late or not at all", "ru": "Почта приходит с опозданием или не приходит",
             "uk": "Пошта надходить із запізненням або не надходить"}  # fmt: skip
_STATUS = {
    "en": "The mail server's disk is full of queued mail. Nothing is lost; we expect it to catch up within two hours.",
    "ru": "Диск почтового сервера переполнен очередью писем. Ничего не потеряно; догоним в течение двух часов.",
    "uk": "Диск поштового сервера переповнено чергою листів. Нічого не втрачено; наздоженемо протягом двох годин.",
}

STORIES = (
    Story("mail-out", "emma", ("ago", 118), "mail", "No mail has arrived since this morning.", (
        (6, "take", "olga"),
        (14, "hand over", "olga", "systems", "Nothing arrives for three people at least."),
        (19, "accept", "ivan"),
        (24, "major", "lead", _HEADLINE),
        (26, "part", "lead", "mail-out-igor"),
        (26, "part", "lead", "mail-out-hugo"),
        (31, "status", "lead", _STATUS),
        (52, "part", "lead", "mail-out-olena"))),
    Story("mail-out-igor", "igor", ("ago", 109), "mail", "Письма от клиентов не приходят с утра."),
    Story("mail-out-hugo", "hugo", ("ago", 101), "mail", "Bookings by mail come an hour late."),
    Story("mail-out-olena", "olena", ("ago", 70), "mail", "Пошта не оновлюється ні в телефоні, ні в комп’ютері."),
    Story("vpn-1", "igor", ("ago", 21), "network", "VPN отключается каждую минуту."),
    Story("vpn-2", "olena", ("ago", 17), "network", "VPN не під’єднується, пише «час вичерпано»."),
    Story("vpn-3", "emma", ("ago", 14), "network", "VPN drops as soon as I open a file."),
    Story("vpn-4", "hugo", ("ago", 9), "network", "The VPN of the hotel is down."),
    Story("vpn-5", "irina", ("ago", 6), "network", "VPN не работает на рецепции.", channel="phone", by="olga"),
)  # fmt: skip
