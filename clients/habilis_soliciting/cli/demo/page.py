"""How a story reads: its steps, both histories side by side, and the mails that it sent."""

from habilis_companion.command_line.output import say, table
from habilis_companion.paris import printed
from habilis_soliciting.cli.demo.play import Done, Played
from habilis_soliciting.cli.demo.story import Step, Story
from habilis_soliciting.cli.page import label_of

__all__ = ["shape_of_play", "tell_play"]


def tell_play(story: Story, played: Played) -> None:
    written = played.written
    say(story.title)
    say(f"{written.number}, written by {story.who} to {written.recepteur}")
    if written.object_id:
        say(f"about the {written.object_type} {written.object_number}")
    for done in played.done:
        say(f"  {printed(done.step.at)}  {done.step.who} {_what(done.step)}")
        if done.ends:
            say(f"    refused: « {done.message} » ({done.ends})")
        unmoved = ", all as before" if done.unseen else ""
        say(f"    {story.who} reads « {label_of(done.seen.etat)} »{unmoved}")
        if done.step.loses:
            say(f"    {done.step.loses} reads it no more: {done.lost or 'NOT SO'}")
    table(
        ("when", "who", "did", "receiver", "sender"),
        [
            (
                printed(line.at),
                line.actor,
                line.action.rpartition(".")[2],
                label_of(line.etat),
                label_of(told.etat) if told else "-",
            )
            for line, told in played.lines
        ],
    )
    for notice in played.notices:
        say(f"  {printed(notice.created_at)}  mail to {notice.recipient}: {notice.template}")


def shape_of_play(played: Played) -> dict[str, object]:
    """The same as JSON."""
    written = played.written
    return {
        "number": written.number,
        "object_number": written.object_number or None,
        "steps": [_shape(done) for done in played.done],
        "lines": [
            {
                "at": line.at.isoformat(),
                "actor": line.actor,
                "action": line.action,
                "etat": line.etat,
                "told": told.etat if told else None,
            }
            for line, told in played.lines
        ],
        "notices": [
            {
                "at": notice.created_at.isoformat(),
                "recipient": notice.recipient,
                "notice": notice.template,
            }
            for notice in played.notices
        ],
    }


def _shape(done: Done) -> dict[str, object]:
    step = done.step
    return {
        "at": step.at.isoformat(),
        "subject": step.who,
        "act": step.act,
        "status": step.given.get("status"),
        "ends": done.ends or None,
        "message": done.message or None,
        "sender_reads": done.seen.etat,
        "unseen": done.unseen,
        "lost": done.lost or None,
    }


def _what(step: Step) -> str:
    words = step.act.replace("_solicitation", "").replace("_", " ")
    status = step.given.get("status", "without a status" if words == "process" else "")
    return f"{words} {status}".strip()
