"""Who of the staff looks after whom: cards, teams, a party's manager, all of a leaving colleague's at once."""

from __future__ import annotations

from collections.abc import Sequence

from portiek.core.actions import action
from portiek.core.actor import Actor
from portiek.core.errors import NotFound, Refused
from portiek.core.facts import record
from portiek.core.refs import ref
from portiek.foundation.accounts import facts, permissions, queries
from portiek.foundation.accounts.models import AccountManager, StaffCard, Team, TeamMember, User
from portiek.foundation.parties.models import Party
from portiek.foundation.parties.permissions import MANAGE

USER, TEAM = "accounts.user", "accounts.team"


@action(permissions.PORTAL_MANAGE)
def set_card(actor: Actor, *, user: User, function: str, phone: str = "") -> StaffCard:
    """Say how a member of staff is shown to parties: his function and telephone; name and address are those of his account."""
    was = StaffCard.objects.select_for_update(of=("self",)).filter(portal_id=actor.portal_id, user=user).first()
    card, _made = StaffCard.objects.update_or_create(portal_id=actor.portal_id, user=user, defaults={"name": user.name, "function": function, "email": user.email, "phone": phone})
    record(actor, facts.CardChanged(user_id=user.pk), subject=ref(USER, user.pk), text=user.name, changes={"function": (was and was.function, function), "phone": (was and was.phone, phone)})
    return card


@action(None)
def keep_card(actor: Actor, *, user_id: int) -> None:
    """Show a card as long as its person is among the staff. Only the portal itself."""
    if actor.kind != "system":
        raise NotFound
    here = queries.are_staff(actor, [user_id])
    StaffCard.objects.filter(portal_id=actor.portal_id, user_id=user_id).exclude(is_active=here).update(is_active=here)


@action(permissions.PORTAL_MANAGE)
def make_team(actor: Actor, *, name: str, user_ids: Sequence[int]) -> Team:
    """Make a team of the staff. Raises Refused when another has the name, or somebody is not among the staff."""
    _check(actor, name, user_ids)
    made = Team.objects.create(portal_id=actor.portal_id, name=name)
    _fill(actor, made, user_ids)
    return made


@action(permissions.PORTAL_MANAGE)
def change_team(actor: Actor, *, team: Team, name: str, user_ids: Sequence[int]) -> None:
    """Give a team another name or other people. Raises Refused as `make_team`."""
    row = _locked(actor, team)
    _check(actor, name, user_ids, besides=row)
    row.name = name
    row.save(update_fields=["name"])
    TeamMember.objects.filter(team=row).exclude(user_id__in=list(user_ids)).delete()
    _fill(actor, row, user_ids)


@action(permissions.PORTAL_MANAGE)
def remove_team(actor: Actor, *, team: Team) -> None:
    """Take a team away; its parties keep their manager, and who had no manager has nobody."""
    row = _locked(actor, team)
    AccountManager.objects.filter(portal_id=actor.portal_id, team=row, card__isnull=True).delete()
    AccountManager.objects.filter(portal_id=actor.portal_id, team=row).update(team=None)
    TeamMember.objects.filter(team=row).delete()
    key, name = row.pk, row.name
    row.delete()
    record(actor, facts.TeamRemoved(team_id=key), text=name)


@action(MANAGE)
def set_care(actor: Actor, *, party: Party, user_id: int | None, team: Team | None = None) -> None:
    """Say who looks after a party: one of the staff, a team, both or nobody. Raises Refused for who is not among the staff."""
    if user_id is not None and not queries.are_staff(actor, [user_id]):
        raise Refused("care-who", field="user")
    row = AccountManager.objects.select_for_update(of=("self",)).select_related("card", "team").filter(portal_id=actor.portal_id, party=party).first()
    before = (row.card.name if row and row.card else None, row.team.name if row and row.team else None)
    card = _card(actor, user_id) if user_id is not None else None
    if card or team:
        AccountManager.objects.update_or_create(portal_id=actor.portal_id, party=party, defaults={"card": card, "team": team})
    elif row:
        row.delete()
    after = (card.name if card else None, team.name if team else None)
    if before != after:
        _record(actor, party.pk, before, after)


@action(permissions.PORTAL_MANAGE)
def hand_over_parties(actor: Actor, *, user_id: int, to_user_id: int) -> int:
    """Let a colleague look after all that one of the staff looked after by himself, and take his place in the teams; return how many parties that were.

    Raises Refused for who is not among the staff, and for the same person.
    """
    if user_id == to_user_id or not queries.are_staff(actor, [to_user_id]):
        raise Refused("care-who", field="to")
    card, who = _card(actor, to_user_id), queries.colleague(actor, user_id)
    rows = list(AccountManager.objects.select_for_update(of=("self",)).select_related("team", "party").filter(portal_id=actor.portal_id, card__user_id=user_id).order_by("pk"))
    AccountManager.objects.filter(pk__in=[row.pk for row in rows]).update(card=card)
    places = TeamMember.objects.filter(portal_id=actor.portal_id, user_id=user_id)
    TeamMember.objects.bulk_create([TeamMember(portal_id=actor.portal_id, team_id=team, user_id=to_user_id) for team in places.values_list("team_id", flat=True)], ignore_conflicts=True)
    places.delete()
    for row in rows:
        team = row.team.name if row.team else None
        _record(actor, row.party_id, (who.name, team), (card.name, team))
    record(actor, facts.PartiesHandedOver(user_id=user_id, to_user_id=to_user_id, count=len(rows)), subject=ref(USER, user_id), text=f"{who.name} → {card.name}")
    return len(rows)


def _record(actor: Actor, party_id: int, before: tuple[str | None, str | None], after: tuple[str | None, str | None]) -> None:
    changes = {"manager": (before[0], after[0]), "team": (before[1], after[1])}
    record(actor, facts.ManagerChanged(party_id=party_id), party_id=party_id, subject=ref("parties.party", party_id), text=", ".join(name for name in after if name) or "-", changes=changes)


def _card(actor: Actor, user_id: int) -> StaffCard:
    """Return the card of one of the staff, made of his account when he has none."""
    user = User.objects.get(portal_id=actor.portal_id, pk=user_id)
    return StaffCard.objects.get_or_create(portal_id=actor.portal_id, user=user, defaults={"name": user.name, "email": user.email})[0]


def _locked(actor: Actor, team: Team) -> Team:
    row = Team.objects.select_for_update().filter(portal_id=actor.portal_id, pk=team.pk).first()
    if row is None:
        raise NotFound
    return row


def _check(actor: Actor, name: str, user_ids: Sequence[int], besides: Team | None = None) -> None:
    if Team.objects.filter(portal_id=actor.portal_id, name__iexact=name).exclude(pk=besides.pk if besides else 0).exists():
        raise Refused("team-name", field="name")
    if not queries.are_staff(actor, user_ids):
        raise Refused("care-who", field="people")


def _fill(actor: Actor, team: Team, user_ids: Sequence[int]) -> None:
    TeamMember.objects.bulk_create([TeamMember(portal_id=actor.portal_id, team=team, user_id=key) for key in sorted(set(user_ids))], ignore_conflicts=True)
    names = User.objects.filter(pk__in=list(user_ids)).order_by("name").values_list("name", flat=True)
    record(actor, facts.TeamChanged(team_id=team.pk), subject=ref(TEAM, team.pk), text=team.name, changes={"people": (None, ", ".join(names))})
