"""The portal's mails: a text for every notice of the rules, and nothing in it that is not known."""

import ast
import re
from dataclasses import replace
from html import unescape
from pathlib import Path

import pytest

import habilis_server.notifications
import habilis_server.organisation
from habilis import Perimeter
from habilis_companion.mail import UnwritableError
from habilis_companion.outbox import Notice
from habilis_server.notifications import writer_for
from habilis_server.organisation import commands as c
from habilis_server.organisation.notices import Template
from habilis_server.world import Service
from tests.mail.post_office import PORTAL
from tests.notifications.golden import ACCEPT, FOLDER, page
from tests.notifications.scenes import NEW, SCENES, mail_of, play
from tests.organisation.town import FACTS, HALL, ROADS, Bench

TEMPLATES = Path(habilis_server.notifications.__file__).parent / "templates"
OURS = {path.name for path in TEMPLATES.iterdir()}
RULES = Path(habilis_server.organisation.__file__).parent
PLACE = {"structure", "identifier", "service", "code"}
FREE = ("GAGNEZ", "http://", "please")


def test_every_notice_of_the_rules_has_its_texts_and_is_shown() -> None:
    used: set[str] = set()
    for path in RULES.glob("*.py"):
        for node in ast.walk(ast.parse(path.read_text())):
            match node:
                case ast.Attribute(value=ast.Name(id="Template"), attr=name):
                    used.add(Template[name])
                case ast.Call(func=ast.Name(id="Message")):
                    assert path.name == "notices.py", "notices are written in one place"
                case _:
                    pass

    assert used == set(Template) == writer_for(PORTAL).names
    assert used == {notice.template for scene in SCENES for notice in play(scene)}


@pytest.mark.parametrize("scene", SCENES)
def test_each_mail_reads_as_it_was_accepted(scene: str) -> None:
    assert page(scene) == (FOLDER / f"{scene}.txt").read_text(encoding="utf-8"), ACCEPT


def test_nothing_is_kept_that_no_scene_shows() -> None:
    assert {path.stem for path in FOLDER.iterdir()} == set(SCENES)


@pytest.mark.parametrize("scene", SCENES)
def test_both_texts_say_the_same_and_carry_no_stranger_s_words(scene: str) -> None:
    for mail in map(mail_of, play(scene)):
        assert words(re.sub(r"<[^>]+>", " ", mail.html)) == words(mail.text)
        assert not [free for free in FREE if free in mail.subject + mail.text + mail.html]


def words(text: str) -> list[str]:
    return re.findall(r"\w+", unescape(text))


@pytest.mark.parametrize("scene", SCENES)
def test_whatever_a_notice_does_not_tell_is_missed(scene: str) -> None:
    """Even what its text shows in some cases only: half a context is no shorter mail."""
    for notice in play(scene):
        for name in notice.context:
            less = {key: value for key, value in notice.context.items() if key != name}
            used = re.search(rf"\b{name}\b", texts(notice))
            if used or name in PLACE or (name == "object" and "wish" in texts(notice)):
                with pytest.raises(UnwritableError):
                    mail_of(replace(notice, context=less))


def texts(notice: Notice) -> str:
    """The templates of a notice and their frames, as they are written."""
    return "".join(map(written, TEMPLATES.glob(f"{notice.template}.*")))


def written(template: Path) -> str:
    text = template.read_text(encoding="utf-8")
    frames = re.findall(r'{% extends "(.+)" %}', text)
    return text + "".join(written(TEMPLATES / frame) for frame in frames if frame in OURS)


@pytest.mark.parametrize("scene", ["account-refused", "entitlement-refused"])
def test_no_name_and_no_reason_becomes_markup(scene: str) -> None:
    (notice,) = play(scene)
    evil = "<script>x</script><a href='http://x'>&amp;"
    context = {**notice.context, "structure": evil, "reason": evil}
    mail = mail_of(replace(notice, context=context))

    assert "<script" not in mail.html
    assert "href" not in re.sub(r"&lt;.*?&gt;", "", mail.html)
    assert mail.html.count("&lt;script&gt;") >= 2
    assert evil in mail.text


def test_a_name_of_several_lines_cannot_add_a_header() -> None:
    (notice,) = play("attached")
    context = {**notice.context, "structure": "x\r\nBcc: everybody@example.org"}
    with pytest.raises(UnwritableError, match="the subject has a character"):
        mail_of(replace(notice, context=context))


@pytest.mark.parametrize("scene", [scene for scene in SCENES if scene.startswith("account")])
def test_r24_who_asked_for_an_account_is_told_at_the_address_that_he_gave(scene: str) -> None:
    given = {"pia-asks": "pia@example.org", "quin-asks": "quin@example.org"}
    ((_, deed),) = SCENES[scene]
    asked = given.get(getattr(deed, "approval", ""), NEW)

    assert play(scene)[0].recipient == asked


def test_who_asked_is_told_when_nobody_can_decide_any_more() -> None:
    desk = Perimeter(HALL, "DESK")
    bench = Bench(
        [*FACTS, Service(structure=HALL, code="DESK", name="Desk", active=True)],
    )
    bench.does("dora", c.RequestAttachment(perimeter=desk, comment="please"))
    bench.does("nell", c.RequestAttachment(perimeter=ROADS, comment="please"))
    before = len(bench.memory.notices)
    bench.does("gina", c.DeleteService(perimeter=desk))
    bench.does("tim", c.LeaveStructure(perimeter=Perimeter(HALL)))  # he knows, who left

    told = [(each.recipient, each.template) for each in bench.memory.notices[before:]]
    assert told == [("dora@example.org", "request-closed")]


def test_each_of_many_approvals_is_the_cause_of_its_own_records() -> None:
    bench = Bench()
    before = bench.memory.head()
    bench.does("gina", c.ApproveMany(approvals=("nell-asks", "tim-asks", "pia-asks")))

    causes = [change.cause for change in bench.memory.written[before:]]
    assert causes == ["nell-asks"] * 2 + ["tim-asks"] * 2 + ["pia-asks"] * 3
