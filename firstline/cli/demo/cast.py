"""Who plays in the demo: organisations, sites, teams, people and their roles. All of them are plainly made up."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal

from django.contrib.auth.hashers import make_password

from firstline.cli.demo.stage import Stage
from firstline.commands import people
from firstline.commands.setup import accounts, desks, grants, organisations

PASSWORD = "demo-demo-demo"


@dataclass(frozen=True)
class Player:
    """One person of the demo: address, name, language, whose they are, and their roles as (role, over)."""

    key: str
    name: str
    mail: str
    language: str
    organisation: str
    phone: str = ""
    site: str = "kyiv"
    roles: tuple[tuple[str, str], ...] = ()
    signs_in: bool = True
    vip: bool = False


ORGANISATIONS = {
    "own": ("Demo Works Ltd", ["works.example"], "Our own company, whose staff the desk serves too."),
    "bakery": ("Demo Bakery Chain", ["bakery.example"], "A chain of bakeries with tills in every shop. Gold tier."),
    "hotel": ("Demo Hotel Group", ["hotel.example", "hotel-mail.example"], "Two small hotels. Bronze tier."),
}
SITES = {
    "kyiv": ("Kyiv office", "own", "Europe/Kyiv"),
    "berlin": ("Berlin office", "own", "Europe/Berlin"),
}
# key: name, line, site, front
TEAMS = {
    "front": ("First line", 1, "kyiv", True),
    "support": ("Support engineers", 2, "berlin", False),
    "systems": ("System administration", 3, "berlin", False),
    "tills": ("POS support", 3, "kyiv", False),
    "billing": ("Billing", 3, "kyiv", False),
    "printers": ("Printer vendor", 4, None, False),
}
PLAYERS = (
    Player("admin", "Alex Demo", "admin@works.example", "en", "own", roles=(("administrator", ""),)),
    Player("manager", "Maria Demo", "manager@works.example", "en", "own", roles=(("desk_manager", ""),)),
    Player("lead", "Лена Демо", "lead@works.example", "ru", "own", roles=(("team_lead", "front"),)),
    Player("taras", "Тарас Демо", "operator@works.example", "uk", "own", roles=(("operator", "front"),)),
    Player("olga", "Olga Demo", "operator2@works.example", "en", "own", roles=(("operator", "front"),)),
    Player("ben", "Ben Demo", "engineer@works.example", "en", "own", site="berlin", roles=(("specialist", "support"),)),
    Player("oksana", "Оксана Демо", "engineer2@works.example", "uk", "own", roles=(("team_lead", "support"),)),
    Player("ivan", "Иван Демо", "sysadmin@works.example", "ru", "own", site="berlin",
           roles=(("specialist", "systems"),)),
    Player("pavlo", "Павло Демо", "pos@works.example", "uk", "own", roles=(("specialist", "tills"),)),
    Player("nora", "Nora Demo", "billing@works.example", "en", "own", roles=(("specialist", "billing"),)),
    Player("auditor", "Rita Demo", "auditor@works.example", "en", "own", roles=(("auditor", ""),)),
    Player("emma", "Emma Demo", "emma@works.example", "en", "own", "+49 30 5550 0101", "berlin"),
    Player("igor", "Игорь Демо", "igor@works.example", "ru", "own", "+380 44 555 0102"),
    Player("olena", "Олена Демо", "olena@works.example", "uk", "own", "+380 44 555 0103", vip=True),
    Player("halyna", "Галина Демо", "halyna@bakery.example", "uk", "bakery", "+380 44 555 0201", "",
           roles=(("organisation_manager", "bakery"),)),
    Player("stepan", "Степан Демо", "stepan@bakery.example", "uk", "bakery", "+380 44 555 0202", ""),
    Player("maryna", "Марина Демо", "maryna@bakery.example", "ru", "bakery", "+380 44 555 0203", ""),
    Player("hugo", "Hugo Demo", "hugo@hotel.example", "en", "hotel", "+49 30 5550 0301", "",
           roles=(("organisation_manager", "hotel"),)),
    Player("irina", "Ирина Демо", "irina@hotel.example", "ru", "hotel", "+49 30 5550 0302", ""),
    Player("carlos", "Carlos Demo", "carlos@hotel.example", "en", "hotel", "+49 30 5550 0303", "", signs_in=False),
)  # fmt: skip
# What an hour of work costs, by line, in the desk's currency.
RATES = {1: Decimal(18), 2: Decimal(27), 3: Decimal(34)}
_KEYS = {"organisation_manager": "organisation_id", "desk_manager": "desk_id"}


def enter(now: datetime) -> Stage:
    """Make the desk and everybody who plays; return the stage they stand on."""
    stage = Stage(now=now, founded_at=now - timedelta(days=60))
    at = stage.founded_at
    desk = desks.make_desk(
        key="demo", name="Demo service desk", languages=["en", "ru", "uk"], time_zone="Europe/Kyiv", by_id=None, now=at
    )
    stage.desk_id = desk.pk
    for key, (name, domains, about) in ORGANISATIONS.items():
        made = organisations.make_organisation(name=name, domains=domains, about=about, by_id=None, now=at)
        stage.organisations[key] = made.pk
    for key, (name, owner, zone) in SITES.items():
        site = organisations.make_site(
            name=name, organisation_id=stage.organisations[owner], time_zone=zone, by_id=None, now=at
        )
        stage.sites[key] = site.pk
    for key, (name, line, site_key, front) in TEAMS.items():
        team = desks.make_team(
            desk_id=desk.pk, name=name, line=line, front=front, by_id=None, now=at,
            site_id=stage.sites[site_key] if site_key else None,
        )  # fmt: skip
        stage.teams[key] = team.pk
    hashed = make_password(PASSWORD)
    for player in PLAYERS:
        _enter(stage, player, hashed)
    return stage


def sign_ins() -> list[tuple[str, str, str]]:
    """Return who can sign in to the demo: address, name, and what they are, in words."""
    return [(p.mail, p.name, _part(p)) for p in PLAYERS if p.signs_in]


def _enter(stage: Stage, player: Player, hashed: str) -> None:
    at = stage.founded_at
    person = people.make_person(
        name=player.name, email=player.mail, phone=player.phone, language=player.language, vip=player.vip,
        site_id=stage.sites.get(player.site), by_id=None, now=at,
    )  # fmt: skip
    teams = [over for _role, over in player.roles if over in TEAMS]
    if teams:
        people.change_person(person_id=person.pk, hour_rate=RATES[TEAMS[teams[0]][1]], by_id=None, now=at)
    stage.people[player.key] = person.pk
    if player.signs_in:
        accounts.set_account(
            person_id=person.pk, email=player.mail, password=PASSWORD, hashed=hashed, by_id=None, now=at
        )
    for role, over in player.roles:
        where = {"team_id": stage.teams[over]} if over in stage.teams else {}
        if role in _KEYS:
            where = {_KEYS[role]: stage.organisations.get(over, stage.desk_id)}
        grants.grant_role(person_id=person.pk, role=role, by_id=None, now=at, **where)


def _part(player: Player) -> str:
    role, over = player.roles[0] if player.roles else ("requester", "")
    of = TEAMS[over][0] if over in TEAMS else ORGANISATIONS[over or player.organisation][0] if role != "auditor" else ""
    return f"{role.replace('_', ' ')}" + (f", {of}" if of else "")
