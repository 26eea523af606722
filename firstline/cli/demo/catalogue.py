"""The services of the demo in three languages, with their forms and instructions."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

Words = dict[str, str]


@dataclass(frozen=True)
class Offer:
    """One service: its words, how its tickets are treated, what it asks, and the steps its line follows."""

    name: Words
    about: Words
    icon: str
    category: str
    kind: str = "incident"
    team: str = ""
    impact: int = 3
    urgency: int = 3
    form: tuple[Mapping[str, Any], ...] = ()
    # (team to bring in or "", words)
    steps: tuple[tuple[str, Words], ...] = ()
    alone: Words | None = None


def said(en: str, ru: str, uk: str) -> Words:
    """Return one text in the three languages."""
    return {"en": en, "ru": ru, "uk": uk}


# key: (parent, name); parents first
CATEGORIES: dict[str, tuple[str, Words]] = {
    "hardware": ("", said("Hardware", "Оборудование", "Обладнання")),
    "software": ("", said("Software", "Программы", "Програми")),
    "access": ("", said("Access", "Доступ", "Доступ")),
    "money": ("", said("Bills and payments", "Счета и платежи", "Рахунки та платежі")),
    "tills": ("hardware", said("Tills", "Кассы", "Каси")),
    "printers": ("hardware", said("Printers", "Принтеры", "Принтери")),
    "network": ("hardware", said("Network", "Сеть", "Мережа")),
    "mail": ("software", said("Mail", "Почта", "Пошта")),
}
_CHOICE_YES_NO = [
    {"value": "yes", "label": said("Yes", "Да", "Так")},
    {"value": "no", "label": said("No", "Нет", "Ні")},
]
_POS_FORM: tuple[Mapping[str, Any], ...] = (
    {"key": "shop", "type": "text", "required": True, "limit": 80,
     "label": said("Shop", "Магазин", "Магазин"),
     "help": said("Its name or street", "Название или улица", "Назва або вулиця")},
    {"key": "till", "type": "number", "required": True,
     "label": said("Till number", "Номер кассы", "Номер каси"),
     "help": said("On the sticker under the screen", "На наклейке под экраном", "На наліпці під екраном")},
    {"key": "trouble", "type": "choice", "required": True,
     "label": said("What does not work?", "Что не работает?", "Що не працює?"),
     "choices": [
         {"value": "sale", "label": said("Cannot sell", "Не продаёт", "Не продає")},
         {"value": "receipt", "label": said("Receipts do not print", "Не печатает чеки", "Не друкує чеки")},
         {"value": "card", "label": said("Cards are refused", "Не принимает карты", "Не приймає картки")},
         {"value": "other", "label": said("Something else", "Другое", "Інше")}]},
    {"key": "bank", "type": "text", "limit": 60, "when": {"field": "trouble", "is": "card"},
     "label": said("Bank of the card terminal", "Банк терминала", "Банк термінала")},
    {"key": "queue", "type": "checkbox",
     "label": said("Customers are waiting", "Покупатели ждут", "Покупці чекають")},
    {"key": "photo", "type": "text", "limit": 200,
     "label": said("What is on the screen?", "Что на экране?", "Що на екрані?"),
     "help": said("Or attach a photo below", "Или приложите фото ниже", "Або додайте фото нижче")},
)  # fmt: skip
_ORDER_FORM: tuple[Mapping[str, Any], ...] = (
    {"key": "item", "type": "choice", "required": True,
     "label": said("What do you need?", "Что нужно?", "Що потрібно?"),
     "choices": [
         {"value": "laptop", "label": said("Laptop", "Ноутбук", "Ноутбук")},
         {"value": "screen", "label": said("Screen", "Монитор", "Монітор")},
         {"value": "phone", "label": said("Phone", "Телефон", "Телефон")}]},
    {"key": "for_new", "type": "choice", "label": said("For a new colleague?", "Для нового сотрудника?",
     "Для нового співробітника?"), "choices": _CHOICE_YES_NO},
    {"key": "starts_on", "type": "date", "required": True, "when": {"field": "for_new", "is": "yes"},
     "label": said("First working day", "Первый рабочий день", "Перший робочий день")},
)  # fmt: skip
_ACCESS_FORM: tuple[Mapping[str, Any], ...] = (
    {"key": "system", "type": "text", "required": True, "limit": 80,
     "label": said("Which system?", "Какая система?", "Яка система?")},
    {"key": "colleague", "type": "email", "limit": 254,
     "label": said("For somebody else? Their mail address", "Для коллеги? Его адрес", "Для колеги? Його адреса")},
)  # fmt: skip

SERVICES: dict[str, Offer] = {
    "pos": Offer(
        said("Till does not work", "Не работает касса", "Не працює каса"),
        said("Tills, card terminals, receipt printers in shops.", "Кассы, терминалы и принтеры чеков в магазинах.",
             "Каси, термінали та принтери чеків у магазинах."),
        "store", "tills", impact=2, urgency=2, form=_POS_FORM,
        alone=said("Paper, cables, a restart: solve it on the phone.",
                   "Бумага, кабели, перезапуск: решайте по телефону.",
                   "Папір, кабелі, перезапуск: розв'язуйте телефоном."),
        steps=(
            ("", said("Ask whether the other till works, and whether customers wait.",
                      "Спросите, работает ли вторая касса и ждут ли покупатели.",
                      "Запитайте, чи працює друга каса і чи чекають покупці.")),
            ("", said("Have the till switched off for a minute.", "Попросите выключить кассу на минуту.",
                      "Попросіть вимкнути касу на хвилину.")),
            ("tills", said("Still broken: hand over to POS support and keep control.",
                           "Не помогло: передайте в поддержку касс, сохранив контроль.",
                           "Не допомогло: передайте підтримці кас, зберігши контроль.")),
            ("billing", said("A bill was printed wrong: ask Billing for a correction as a task.",
                             "Чек пробит неверно: задача для биллинга на исправление.",
                             "Чек пробито хибно: завдання для білінгу на виправлення.")))),
    "workplace": Offer(
        said("Computer and programs", "Компьютер и программы", "Комп'ютер і програми"),
        said("Anything on your desk that misbehaves.", "Всё, что сбоит на рабочем месте.",
             "Усе, що збоїть на робочому місці."),
        "laptop", "software",
        steps=(("", said("Note the computer's name.", "Запишите имя компьютера.", "Запишіть ім'я комп'ютера.")),
               ("support", said("Needs hands on: support engineers.", "Нужен выезд: инженеры поддержки.",
                                "Потрібен виїзд: інженери підтримки.")))),
    "access": Offer(
        said("Access and passwords", "Доступы и пароли", "Доступи та паролі"),
        said("Forgotten passwords, new rights, locked accounts.", "Забытые пароли, новые права, блокировки.",
             "Забуті паролі, нові права, блокування."),
        "key-round", "access", kind="request", form=_ACCESS_FORM),
    "mail": Offer(
        said("Mail and calendar", "Почта и календарь", "Пошта і календар"),
        said("Mail does not arrive, does not leave, is full.", "Письма не приходят, не уходят, ящик полон.",
             "Листи не надходять, не відходять, скринька повна."),
        "mail", "mail"),
    "printing": Offer(
        said("Printing and scanning", "Печать и сканирование", "Друк і сканування"),
        said("Printers, scanners, toner.", "Принтеры, сканеры, тонер.", "Принтери, сканери, тонер."),
        "printer", "printers", urgency=4),
    "network": Offer(
        said("Network and internet", "Сеть и интернет", "Мережа та інтернет"),
        said("No connection, slow connection, VPN.", "Нет связи, медленно, VPN.", "Немає зв'язку, повільно, VPN."),
        "wifi", "network", impact=2, team="support"),
    "billing": Offer(
        said("Bills and payments", "Счета и платежи", "Рахунки та платежі"),
        said("Questions about what you pay us.", "Вопросы о наших счетах.", "Питання щодо наших рахунків."),
        "receipt", "money", kind="question", urgency=4),
    "order": Offer(
        said("New equipment", "Новая техника", "Нова техніка"),
        said("Laptops, screens, phones for you or a new colleague.", "Ноутбуки, мониторы, телефоны.",
             "Ноутбуки, монітори, телефони."),
        "package", "hardware", kind="request", urgency=4, form=_ORDER_FORM),
    "other": Offer(
        said("Something else", "Другое", "Інше"),
        said("Whatever fits nowhere else: we find who can help.", "Не знаете куда? Сюда: мы найдём, кто поможет.",
             "Не знаєте куди? Сюди: ми знайдемо, хто допоможе."),
        "life-buoy", "software"),
}  # fmt: skip
