"""What may happen to a member or a team, as changes."""

from __future__ import annotations

from datetime import UTC, date, datetime

from bot.members import service
from storage.records import Change, Member, Team

NOW = datetime(2026, 3, 10, 2, tzinfo=UTC)
WANG = Member(id="mem_w", name="王芳", roles=("manager",), team_id="team_1")
LI = Member(id="mem_l", name="李娜", team_id="team_1")
FIRST = Team(id="team_1", name="华东一组", manager_id="mem_w", deputy_id="mem_l")
EMPTY = Team(id="team_2", name="华东二组")


def told(changes: tuple[Change, ...]) -> list[tuple[str, str, dict[str, object]]]:
    return [(change.kind, change.record, dict(change.after)) for change in changes]


def test_a_new_member_has_an_account() -> None:
    new = service.add("赵敏", "wecom", "zhao.min", ("rep",), FIRST, NOW)
    assert (new.member.team_id, new.member.greeted_at) == ("team_1", NOW)
    assert [change.kind for change in new.changes] == ["member.created", "identity.created"]
    assert new.changes[1].after["user"] == "zhao.min"


def test_a_new_manager_leads_a_team_without_one_and_no_other() -> None:
    led = service.add("赵敏", "wecom", "zhao.min", ("manager",), EMPTY, NOW)
    assert told(led.changes)[-1] == ("team.manager", "team_2", {"manager_id": led.member.id})
    assert len(service.add("赵敏", "wecom", "zhao.min", ("manager",), FIRST, NOW).changes) == 2
    assert len(service.add("赵敏", "wecom", "zhao.min", ("rep",), EMPTY, NOW).changes) == 2


def test_roles_and_the_posts_that_go_with_them() -> None:
    assert told(service.set_roles(WANG, ("rep",), [FIRST, EMPTY])) == [
        ("member.roles", "mem_w", {"roles": ("rep",)}),
        ("team.manager", "team_1", {"manager_id": None}),
    ]
    assert told(service.set_roles(WANG, ("manager", "rep"), [FIRST])) == [
        ("member.roles", "mem_w", {"roles": ("manager", "rep")})
    ]
    assert service.set_roles(WANG, ("manager",), [FIRST]) == ()


def test_leave_and_back() -> None:
    first, last = date(2026, 3, 11), date(2026, 3, 16)
    assert told(service.leave(LI, first, last)) == [
        ("member.leave", "mem_l", {"leave_from": first, "leave_until": last})
    ]
    away = LI.with_(leave_from=first, leave_until=last)
    assert service.leave(away, first, last) == ()
    assert told(service.back(away)) == [("member.leave", "mem_l", {"leave_from": None, "leave_until": None})]
    assert service.back(LI) == ()


def test_who_is_taken_out_gives_up_the_posts() -> None:
    assert told(service.deactivate(LI, [FIRST, EMPTY])) == [
        ("member.left", "mem_l", {"active": False}),
        ("team.deputy", "team_1", {"deputy_id": None}),
    ]
    assert service.activate(LI) == ()
    assert told(service.activate(LI.with_(active=False))) == [("member.returned", "mem_l", {"active": True})]


def test_another_team() -> None:
    assert told(service.move(LI, EMPTY)) == [("member.team", "mem_l", {"team_id": "team_2"})]
    assert told(service.move(WANG, EMPTY))[1:] == [("team.manager", "team_2", {"manager_id": "mem_w"})]
    assert service.move(LI, FIRST) == ()


def test_in_charge() -> None:
    assert told(service.put_in_charge(EMPTY, LI)) == [
        ("team.manager", "team_2", {"manager_id": "mem_l"}),
        ("member.roles", "mem_l", {"roles": ("rep", "manager")}),
    ]
    assert told(service.put_in_charge(EMPTY, LI, deputy=True)) == [("team.deputy", "team_2", {"deputy_id": "mem_l"})]
    assert service.put_in_charge(FIRST, WANG) == ()


def test_a_team_beneath_another_has_its_region() -> None:
    [change] = service.add_team("华东一组甲", FIRST.with_(region="华东"), NOW)
    assert (change.after["parent_id"], change.after["region"]) == ("team_1", "华东")
