"""Answers and knowledge of the demo: for requesters (FAQ) and for the lines, in three languages."""

from __future__ import annotations

from dataclasses import dataclass

from firstline.cli.demo.stage import Stage
from firstline.commands.articles import create_article, publish_article


@dataclass(frozen=True)
class Text:
    """An article: key, service, (title, body) by language, and whether requesters read it."""

    key: str
    service: str
    texts: dict[str, tuple[str, str]]
    public: bool = True


ARTICLES = (
    Text("forgotten-password", "access", {
        "en": ("I forgot my password",
               "1. On the sign-in page choose **Forgot your password?**\n2. Write your work address.\n"
               "3. Open the link in the letter within two hours.\n\nNo letter? Look into the spam folder, then ask."),
        "ru": ("Забыл пароль",
               "1. На странице входа выберите **Забыли пароль?**\n2. Укажите рабочий адрес.\n"
               "3. Откройте ссылку из письма в течение двух часов.\n\nПисьма нет? Проверьте спам, затем напишите нам."),
        "uk": ("Забув пароль",
               "1. На сторінці входу оберіть **Забули пароль?**\n2. Вкажіть робочу адресу.\n"
               "3. Відкрийте посилання з листа протягом двох годин.\n\nЛиста немає? Перевірте спам, потім напишіть."),
    }),
    Text("till-restart", "pos", {
        "en": ("The till hangs: what to try first",
               "Hold the power button for ten seconds, wait a minute, switch the till on again. Receipts that were not "
               "printed are printed after the start. Customers waiting? Call us, do not write."),
        "ru": ("Касса зависла: что попробовать сначала",
               "Удерживайте кнопку питания десять секунд, подождите минуту и включите кассу снова. Чеки, которые не "
               "напечатались, выйдут после запуска. Ждут покупатели? Звоните, не пишите."),
        "uk": ("Каса зависла: що спробувати спершу",
               "Тримайте кнопку живлення десять секунд, зачекайте хвилину й увімкніть касу знову. Чеки, що не "
               "надрукувалися, вийдуть після запуску. Чекають покупці? Телефонуйте, не пишіть."),
    }),
    Text("printer-offline", "printing", {
        "en": ("The printer is shown as offline",
               "Switch the printer off and on. If others can print, restart your computer. Still offline: send us the "
               "number on the printer's sticker."),
        "ru": ("Принтер показан как «не в сети»",
               "Выключите и включите принтер. Если у других печатает, перезагрузите компьютер. Не помогло: пришлите "
               "нам номер с наклейки принтера."),
        "uk": ("Принтер показано як «не в мережі»",
               "Вимкніть і ввімкніть принтер. Якщо в інших друкує, перезавантажте комп'ютер. Не допомогло: надішліть "
               "нам номер із наліпки принтера."),
    }),
    Text("mailbox-full", "mail", {
        "en": ("My mailbox is full",
               "Empty the folders *Deleted* and *Spam*, then delete large attachments: sort by size. More room is "
               "given on request."),
        "ru": ("Почтовый ящик переполнен",
               "Очистите папки «Удалённые» и «Спам», затем удалите большие вложения: отсортируйте по размеру. Больше "
               "места даём по заявке."),
        "uk": ("Поштова скринька переповнена",
               "Очистьте теки «Видалені» та «Спам», потім видаліть великі вкладення: відсортуйте за розміром. Більше "
               "місця даємо за заявкою."),
    }),
    Text("vpn", "network", {
        "en": ("Working from home: VPN",
               "Start the VPN before you open anything else. Error 789 means that your computer's clock is wrong."),
        "ru": ("Работа из дома: VPN",
               "Запустите VPN прежде всего остального. Ошибка 789 значит, что часы компьютера идут неверно."),
        "uk": ("Робота з дому: VPN",
               "Запустіть VPN перш за все інше. Помилка 789 означає, що годинник комп'ютера йде неправильно."),
    }),
    Text("bill-copy", "billing", {
        "en": ("Where do I get a copy of a bill?", "Write us the month: a copy comes by mail within a working day."),
        "ru": ("Где взять копию счёта?", "Напишите месяц: копия придёт по почте в течение рабочего дня."),
        "uk": ("Де взяти копію рахунка?", "Напишіть місяць: копія надійде поштою протягом робочого дня."),
    }),
    Text("till-fiscal-module", "pos", {
        "en": ("For the lines: fiscal module errors",
               "Code 12: paper. Code 31: the clock of the module. Code 77: hand over to POS support at once, the till "
               "must not be switched off."),
        "uk": ("Для ліній: помилки фіскального модуля",
               "Код 12: папір. Код 31: годинник модуля. Код 77: одразу передайте підтримці кас, касу не вимикати."),
    }, public=False),
    Text("vip-callers", "other", {
        "en": ("For the lines: customers on Gold",
               "Gold counts round the clock. Take within the quarter of an hour, call back instead of writing."),
        "ru": ("Для линий: клиенты Gold",
               "Gold считается круглосуточно. Берите в течение четверти часа и перезванивайте, а не пишите."),
    }, public=False),
)  # fmt: skip


def publish(stage: Stage) -> None:
    """Publish all articles in all their languages."""
    by, at = stage.people["oksana"], stage.founded_at
    for position, text in enumerate(ARTICLES):
        article = create_article(
            desk_id=stage.desk_id, key=text.key, service_id=stage.services[text.service], public=text.public,
            position=position, by_id=by, now=at,
        )  # fmt: skip
        for language, (title, body) in text.texts.items():
            publish_article(article_id=article.pk, language=language, title=title, body=body, by_id=by, now=at)
