"""How the story reads: a heading for each scene, a line for each command, a table of questions."""

from collections.abc import Iterable, Mapping, Sequence
from textwrap import wrap
from typing import Final

from rich.box import ASCII, SIMPLE
from rich.console import Console
from rich.table import Table
from rich.text import Text

from habilis import Resource
from habilis_companion.command_line.output import PLAIN_WIDTH
from habilis_server.cli.demo.play import Answer, Deed, Played
from habilis_server.cli.demo.scene import Import, Scene
from habilis_server.rulebook import Vocabulary

__all__ = ["Page", "answer_shape", "deed_shape"]

# Their sum fits the width of what is no terminal; a narrower terminal narrows the first.
_QUESTION: Final = 45
_ANSWER: Final = 22
_RULE: Final = 25
_WHO: Final = 8
_SAYS: Final = 58
_CAME: Final = 26


class Page:
    """Prints to one console; the labels are those of the policy."""

    def __init__(self, target: Console, vocabulary: Vocabulary, people: Mapping[str, str]) -> None:
        self._target = target
        self._vocabulary = vocabulary
        self._people = people

    def scene(self, played: Played) -> None:
        scene = played.scene
        if played.opens is not None:
            self._target.print(Text(f"{played.opens.title.upper()}\n", style="bold underline"))
        when = f"{scene.when}  " if scene.when else ""
        self._target.print(Text(f"{when}{scene.title}", style="bold"))
        if played.deeds:
            self._deeds(played.deeds)
        if played.answers:
            self._answers(played.answers)

    def _deeds(self, deeds: Sequence[Deed | Import]) -> None:
        drawn = Table(box=None, padding=(0, 1, 0, 0), pad_edge=False, show_header=False)
        drawn.add_column(width=3, justify="right")
        drawn.add_column(width=_WHO, overflow="fold")
        drawn.add_column(width=_SAYS, overflow="fold")
        drawn.add_column(width=_CAME, overflow="fold")
        for deed in deeds:
            if isinstance(deed, Import):
                drawn.add_row(
                    "", "", Text(deed.says, style="italic"), Text("importé", style="italic")
                )
            else:
                drawn.add_row(str(deed.number), deed.act.who, deed.act.says, _outcome(deed))
        self._target.print(drawn)
        self._target.print()

    def _answers(self, answers: Sequence[Answer]) -> None:
        drawn = Table(
            box=ASCII if self._target.options.ascii_only else SIMPLE,
            padding=(0, 1),
            pad_edge=False,
            collapse_padding=True,
        )
        drawn.add_column("", width=2, justify="right")
        narrower = max(0, PLAIN_WIDTH - self._target.width)
        drawn.add_column("question", width=max(_QUESTION - narrower, _ANSWER), overflow="fold")
        drawn.add_column("answer, reason", width=_ANSWER, overflow="fold")
        drawn.add_column("rule, articles", width=_RULE, overflow="fold")
        for answer in answers:
            drawn.add_row(
                str(answer.number), self._question(answer), _verdict(answer), _law(answer)
            )
        self._target.print(drawn)

    def _question(self, answer: Answer) -> Text:
        line = answer.line
        who = self._people[line.who]
        action = self._vocabulary.actions.get(line.may)
        text = Text(f"{line.who} ({who})")
        label = line.may if action is None else action.label
        text.append(f"\n{label}: {_object(line.on)}")
        if line.lesson:
            text.append(f"\n> {line.lesson}", style="italic cyan")
        return text


def deed_shape(scene: Scene, deed: Deed) -> dict[str, object]:
    """The command as `--json` prints it."""
    return {
        "number": deed.number,
        "scene": scene.title,
        "subject": deed.act.who,
        "command": deed.act.command.replace("_", "-"),
        "says": deed.act.says,
        "done": not deed.came,
        "refusal": deed.came or None,
        "expected": deed.act.expect or None,
        "as_expected": deed.as_expected,
    }


def answer_shape(scene: Scene, answer: Answer) -> dict[str, object]:
    """The answer as `--json` prints it."""
    line, decision = answer.line, answer.decision
    return {
        "number": answer.number,
        "scene": scene.title,
        "subject": line.who,
        "action": line.may,
        "resource": {"type": line.on.type, "id": line.on.id},
        "allowed": decision.allowed,
        "reason": str(decision.reason),
        "rule": decision.rule_id or None,
        "basis": list(answer.basis),
        "expected": str(line.expect),
        "as_expected": answer.as_expected,
    }


def _object(resource: Resource) -> str:
    properties = resource.properties
    words: Iterable[str | None] = (
        properties.get("cadre"),
        resource.id,
        f"-> {properties['cadre_suivant']}" if "cadre_suivant" in properties else None,
        f"[{properties['etat']}]" if "etat" in properties else None,
    )
    return " ".join(filter(None, words))


def _outcome(deed: Deed) -> Text:
    text = Text(deed.came, style="red") if deed.came else Text("fait", style="green")
    if not deed.as_expected:
        text.append(f"\nEXPECTED {deed.act.expect or 'fait'}", style="bold reverse red")
    return text


def _verdict(answer: Answer) -> Text:
    decision = answer.decision
    if decision.allowed:
        text = Text("yes", style="bold green")
    else:
        text = Text("no", style="bold red").append(f"\n{decision.reason}", style="red")
    if not answer.as_expected:
        text.append(f"\nEXPECTED\n{answer.line.expect}", style="bold reverse red")
    return text


def _law(answer: Answer) -> Text:
    rule = answer.decision.rule_id
    if not rule:
        return Text("-")
    text = Text("\n".join(wrap(rule, _RULE)))
    return text.append("\n" + ", ".join(answer.basis), style="dim")
