"""Stories under way as the demo is made: overdue, due within the hour, today and later; in every open state."""

from __future__ import annotations

from firstline.cli.demo.telling import Story

STORIES = (
    # Promised round the clock to the bakery, so that they stand at any hour: overdue, soon, today.
    Story("till-7-frozen", "stepan", ("ago", 545), "pos",
          "Каса 7 зависла під час продажу, на екрані код 77.", (
        (6, "take", "taras"),
        (9, "tick", "taras", 0),
        (12, "tick", "taras", 1),
        (17, "tick", "taras", 2),
        (14, "reply", "taras", "Степане, касу не вимикайте! Передаю підтримці кас."),
        (17, "hand over", "taras", "tills", "Код 77, касу не вимикали."),
        (31, "accept", "pavlo"),
        (90, "note", "pavlo", "Фіскальний модуль не відповідає. Потрібен запасний, він на складі в Києві."),
        (92, "ask", "pavlo", "billing", "Please register a spare fiscal module for till 7 with the tax office.")),
        answers={"shop": "Пекарня на Подолі", "till": "7", "trouble": "sale", "queue": "on", "photo": "Код 77"}),
    Story("till-2-slow", "maryna", ("ago", 442), "pos",
          "Касса 2 очень медленно открывает смену.", (
        (11, "take", "lead"),
        (25, "reply", "lead", "Марина, смотрим журнал кассы, продавать можно."),
        (40, "note", "lead", "Диск кассы почти полон.")),
        answers={"shop": "Пекарня у вокзала", "till": "2", "trouble": "other"}),
    Story("till-5-new", "halyna", ("ago", 19), "pos",
          "Каса 5 не друкує чеки, черга.", (), channel="phone", by="olga",
          answers={"shop": "Пекарня на Оболоні", "till": "5", "trouble": "receipt", "queue": "on"}),
    Story("price-list", "stepan", ("ago", 96), "pos",
          "Нові ціни не завантажилися на касу 1.", (),
          answers={"shop": "Пекарня на Подолі", "till": "1", "trouble": "other"}),
    Story("bakery-mail", "maryna", ("ago", 640), "mail",
          "Заказы от поставщика приходят с опозданием на час.", (
        (30, "take", "olga"),
        (45, "reply", "olga", "Марина, ищем, где письма задерживаются."),
        (60, "hand over", "olga", "systems", "Письма поставщика ждут час в очереди, проверьте почтовый сервер."))),
    Story("bakery-scales", "halyna", ("ago", 250), "pos",
          "Ваги показують на два грами більше, ніж каса.", (
        (12, "take", "taras"),
        (20, "reply", "taras", "Галино, який номер ваг? Він на наліпці знизу."),
        (22, "wait", "taras", "Номер ваг")),
        answers={"shop": "Пекарня на Оболоні", "till": "4", "trouble": "other"}),
    # Promised within working days.
    Story("screen-flickers", "emma", ("ago", 35), "workplace", "My screen flickers since the update this morning."),
    Story("door-camera", "igor", ("ago", 70), None, "Камера у входа показывает чёрную картинку.", (
        (12, "take", "lead"),)),
    Story("shared-drive", "olena", ("ago", 130), "access",
          "Потрібен доступ до спільної теки бухгалтерії.", (
        (20, "take", "taras"),
        (28, "reply", "taras", "Олено, запитую дозвіл у власника теки."),
        (30, "call in", "taras", "manager", "Please allow Olena to read the folder of accounting.")),
        answers={"system": "Спільна тека бухгалтерії"}),
    Story("projector", "carlos", ("ago", 215), "workplace", "The projector in the conference room stays dark.", (
        (25, "take", "olga"),
        (32, "reply", "olga", "Carlos, an engineer will look at it."),
        (35, "hand over", "olga", "support", "Projector dark, lamp probably; they have a wedding on Saturday.")),
        channel="phone", by="olga"),
    Story("guest-printer", "irina", ("past", 1, "10:20"), "printing",
          "Принтер на рецепции зажёвывает бумагу.", (
        (30, "take", "lead"),
        (41, "reply", "lead", "Ирина, вызываем мастера поставщика принтеров."),
        (50, "wait for third party", "lead", "Printer vendor was called, comes within two days."))),
    Story("move-desks", "emma", ("past", 2, "11:00"), "other",
          "Our team moves to the third floor: four desks, four phones.", (
        (60, "take", "olga"),
        (80, "reply", "olga", "We do this on the day you move, early in the morning."),
        (90, "plan", "olga", 60, "The move is in three days."))),
    Story("vpn-slow", "igor", ("past", 1, "14:40"), "network", "VPN работает, но файлы открываются минуту.", (
        (25, "take", "ben"),
        (40, "reply", "ben", "Смотрим загрузку канала. Когда медленнее всего?"),
        (180, "join", "igor", "Утром, около девяти."))),
    Story("license", "olena", ("past", 1, "09:10"), "workplace",
          "Програма для креслень просить ліцензію.", (
        (18, "take", "taras"),
        (25, "reply", "taras", "Олено, перевіряємо, чи є вільна ліцензія."),
        (30, "ask", "taras", "billing", "Is there a free licence of the drawing program, or shall we order one?"),
        (140, "finish", "nora", "One is free since yesterday, I assigned it to Olena."),
        (150, "note", "taras", "Ліцензію призначено, чекаємо на перезапуск."))),
    Story("hotel-tills", "hugo", ("past", 3, "09:50"), "network",
          "The bar loses its connection every evening around eight.", (
        (22, "take", "oksana"),
        (40, "reply", "oksana", "Hugo, we watch the line tonight."),
        (1500, "note", "oksana", "О 20:00 запускається резервне копіювання каси, канал зайнятий."),
        (1510, "hand over", "oksana", "systems", "Резервная копия в 20:00 занимает канал, нужно перенести на ночь."),
        (1570, "accept", "ivan"),
        (1700, "return", "ivan", "Перенёс копию на 03:00. Пусть отель проверит вечером."))),
    Story("mail-signature", "emma", ("past", 2, "15:25"), "mail", "My signature shows the old address.", (
        (33, "take", "olga"),
        (47, "resolve", "olga", "The signature template has the new address now.", "settings"))),
    Story("keyboard", "igor", ("past", 1, "11:30"), "workplace", "Не работает клавиша «пробел».", (
        (14, "take", "lead"),
        (60, "resolve", "lead", "Клавиатура заменена.", "replaced"))),
    Story("night-audit", "irina", ("past", 3, "13:40"), "workplace",
          "Ночной отчёт печатается без последней страницы.", (
        (20, "take", "olga"),
        (50, "reply", "olga", "Ирина, поправили шаблон отчёта, проверьте завтра утром."),
        (60, "resolve", "olga", "Шаблон отчёта исправлен.", "template"),
        (1300, "still broken", "irina", "Сегодня снова без последней страницы."),
        (1330, "reply", "olga", "Спасибо, смотрим вместе с инженерами."),
        (1340, "hand over", "olga", "support", "Шаблон исправлен, но последней страницы нет."),
        (1390, "accept", "ben"))),
    Story("bill-question", "halyna", ("past", 2, "16:10"), "billing",
          "Чому в рахунку цього місяця два рази абонплата?", (
        (25, "take", "taras"),
        (27, "hand over", "taras", "billing", "Подвійна абонплата в рахунку."),
        (55, "accept", "nora"),
        (70, "reply", "nora", "Галино, перевіряю і повернуся сьогодні."),
        (71, "link", "taras", "double-charge", "relates"))),
    Story("new-shop", "halyna", ("past", 3, "10:30"), "order",
          "Відкриваємо нову пекарню: дві каси, термінал, інтернет.", (
        (20, "take", "taras"),
        (40, "reply", "taras", "Вітаємо! Складемо план і повернемося з датами."),
        (60, "ask", "taras", "tills", "Дві каси для нової пекарні: чи є на складі?"),
        (65, "ask", "taras", "systems", "Интернет и сеть для новой пекарни: сроки?"),
        (70, "follow", "taras", "stepan"),
        (900, "finish", "pavlo", "Каси є, налаштуємо за два дні.")),
        answers={"item": "phone", "for_new": "no"}),
    Story("hotel-lift-phone", "hugo", ("past", 1, "16:20"), None,
          "The emergency phone in the lift does not ring through.", (
        (9, "take", "lead"),
        (15, "reply", "lead", "Hugo, thank you for telling us at once. We call the vendor of the line."),
        (20, "priority", "lead", 1, 2, "Safety of guests."),
        (30, "wait for third party", "lead", "The telephone company was called."),
        (160, "resume", "lead")), channel="phone", by="lead"),
    Story("parking-list", "emma", ("ago", 12), "other", "Who keeps the list of parking places?", channel="api"),
)  # fmt: skip
