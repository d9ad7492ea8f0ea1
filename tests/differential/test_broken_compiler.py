"""The comparison is not blind: each of these broken compilers is caught by it (rule for figures).

The breakage is put where the engine would have it, in the lines it compiles or
in what it reads of the facts; the comparison and the trials are those of
`test_three_evaluators`.
"""

from collections.abc import Callable, Iterable, Iterator

import casbin
import pytest

from habilis import Perimeter
from habilis_server.engine import Engine, compiler, lines, reach, stock, words
from habilis_server.engine.lines import Line
from habilis_server.engine.reach import Reach
from habilis_server.rulebook import Effect, PolicyError, Rulebook, build
from habilis_server.world import Account, Attachment, World
from tests.conftest import Figure
from tests.differential.comparison import Difference, Tally, first_difference, judged
from tests.differential.policies import files_of
from tests.differential.portable import world_of
from tests.differential.trials import POLICIES, QUESTIONS, trials
from tests.oracle import Oracle, Policy

Breakage = Callable[[pytest.MonkeyPatch], None]
Cells = dict[str, str]


def of_lines(change: Callable[[Cells], Cells | None]) -> Breakage:
    """A compiler that changes each line, or loses it."""

    def broken(rulebook: Rulebook) -> Iterator[Line]:
        for line in lines.lines_of(rulebook):
            changed = change(dict(line))
            if changed is not None:
                yield changed

    return lambda patch: patch.setattr(compiler, "lines_of", broken)


def of_cell(column: str, before: str, after: str) -> Breakage:
    """A compiler that writes one word for another."""

    def change(cells: Cells) -> Cells:
        return {**cells, column: after} if cells[column] == before else cells

    return of_lines(change)


def of_reach(change: Callable[[Reach], None]) -> Breakage:
    """An engine that reads something else out of the facts."""
    made = Reach.__init__

    def broken(self: Reach, rulebook: Rulebook) -> None:
        made(self, rulebook)
        change(self)

    return lambda patch: patch.setattr(Reach, "__init__", broken)


def deny_ignored(cells: Cells) -> Cells | None:
    return None if cells["eft"] == "deny" else cells


def deny_read_as_allow(cells: Cells) -> Cells:
    return {**cells, "eft": "allow"}


def profile_forgotten(cells: Cells) -> Cells:
    return {**cells, "write": "role:anyone"}


def condition_forgotten(cells: Cells) -> Cells:
    return {**cells, "if1": "always", "in1": "{yes}"}


def condition_widened(cells: Cells) -> Cells:
    """An absent value passes the first condition of an allow, too."""
    inside = cells["in1"].strip("{}")
    return {**cells, "in1": "{" + inside + "|absent}"}


def order_reversed(patch: pytest.MonkeyPatch) -> None:
    def reversed_lines(rulebook: Rulebook) -> list[Line]:
        return [*lines.lines_of(rulebook)][::-1]

    patch.setattr(compiler, "lines_of", reversed_lines)


def absence_in_denies_ignored(patch: pytest.MonkeyPatch) -> None:
    def certain(values: frozenset[str], effect: Effect) -> frozenset[str]:
        return values

    patch.setattr(lines, "_doubt", certain)


def stages_reversed(found: Reach) -> None:
    found.stage_of = tuple(-stage for stage in found.stage_of)


def role_before_profile(found: Reach) -> None:
    """A missing profile counts as farther than a missing role."""
    stages = list(found.stage_of)
    for index, reason in enumerate(found.reason_of):
        if reason == "PROFILE_MISSING":
            stages[index] = max(found.stage_of) + 1
    found.stage_of = tuple(stages)


def ungrantable_granted(found: Reach) -> None:
    found._grantable = -1


def defaults_lost(found: Reach) -> None:
    found._default = 0


def services_not_covered(found: Reach) -> None:
    found._covers_services = not found._covers_services


def exceptions_lost(patch: pytest.MonkeyPatch) -> None:
    def listed(self: Reach, attachment: Attachment) -> int:
        default = attachment.profiles == "default"
        return self._default if default else self._mask(attachment.profiles)

    patch.setattr(Reach, "_profiles", listed)


def legacy_office_lost(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(reach, "LEGACY_SECONDARY_MANAGER", "nobody")


def everyone_is_support(patch: pytest.MonkeyPatch) -> None:
    def all_bits(self: Reach, account: Account) -> int:
        return self._support

    patch.setattr(Reach, "anywhere", all_bits)


def every_perimeter_is_active(patch: pytest.MonkeyPatch) -> None:
    def links(perimeter: Perimeter | None, _world: World) -> Iterator[tuple[str, str]]:
        word = words.ANYWHERE if perimeter is None else words.perimeter_word(perimeter)
        for state in ("structure:any", "service:any", "structure:active", "service:active"):
            yield word, state

    patch.setattr(stock, "links_of_perimeter", links)


BREAKAGES: dict[str, Breakage] = {
    "deny rules ignored": of_lines(deny_ignored),
    "second profile forgotten": of_lines(profile_forgotten),
    "first condition forgotten": of_lines(condition_forgotten),
    "set of values widened to absence": of_lines(condition_widened),
    "scope widened to any attachment": of_cell("scope", "role:covered", "role:member"),
    "attachment not asked": of_cell("member", "role:member", "role:anyone"),
    "inactive structure ignored": of_cell("structure", "structure:active", "structure:any"),
    "inactive service ignored": of_cell("service", "service:active", "service:any"),
    "principal manager not asked": of_cell("role", "role:principal_manager", "role:anyone"),
    "support not asked": of_cell("role", "role:support", "role:anyone"),
    "rule order reversed": order_reversed,
    "absence in deny rules ignored": absence_in_denies_ignored,
    "stages counted backwards": of_reach(stages_reversed),
    "role judged before profile": of_reach(role_before_profile),
    "profile that nobody grants accepted": of_reach(ungrantable_granted),
    "default profiles lost": of_reach(defaults_lost),
    "reading of Q4 turned round": of_reach(services_not_covered),
    "exceptions to profiles forgotten": exceptions_lost,
    "former secondary managers forgotten": legacy_office_lost,
    "everyone is the support": everyone_is_support,
}


def stock_reads_deny_as_allow(patch: pytest.MonkeyPatch) -> None:
    def broken(rulebook: Rulebook, actions: Iterable[str] | None = None) -> casbin.Model:
        model = compiler.casbin_model(rulebook, actions)
        policy = model.model["p"]["p"].policy
        policy[:] = [[*line[:-1], "allow"] for line in policy]
        return model

    patch.setattr(stock, "casbin_model", broken)


STOCK_BREAKAGES: dict[str, Breakage] = {
    "deny rules read as allow": stock_reads_deny_as_allow,
    "every perimeter is active": every_perimeter_is_active,
}


def caught(*, with_stock: bool) -> tuple[int, Difference] | None:
    """The first difference in the usual trials, and after how many questions; None: not seen."""
    tally = Tally()
    for trial, questions in trials("agree", range(POLICIES)):
        files = files_of(trial.sketch)
        rulebook, policy = build(files, lint=False), Policy(files)
        if with_stock:
            found = judged(rulebook, policy, trial.records, questions, tally)
        else:
            judge = Engine(rulebook).on(world_of(trial.records))
            found = first_difference(judge, Oracle(policy, trial.records), questions, tally=tally)
        if found is not None:
            return tally.decisions + 1, found
    return None


@pytest.mark.parametrize("name", BREAKAGES)
def test_a_broken_compiler_is_caught(
    name: str, monkeypatch: pytest.MonkeyPatch, figure: Figure
) -> None:
    BREAKAGES[name](monkeypatch)
    found = caught(with_stock=False)
    assert found is not None, f"{name}: not seen in {POLICIES * QUESTIONS} questions"
    figure(f"caught after {found[0]} questions")


@pytest.mark.parametrize("name", STOCK_BREAKAGES)
def test_a_broken_stock_evaluator_is_caught(
    name: str, monkeypatch: pytest.MonkeyPatch, figure: Figure
) -> None:
    STOCK_BREAKAGES[name](monkeypatch)
    found = caught(with_stock=True)
    assert found is not None, f"{name}: not seen in {POLICIES * QUESTIONS} questions"
    questions, difference = found
    assert difference.compiled == difference.oracle
    figure(f"caught after {questions} questions")


def test_a_line_whose_effect_is_not_its_rules_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    of_lines(deny_read_as_allow)(monkeypatch)

    with pytest.raises(PolicyError, match="its rule `deny`"):
        caught(with_stock=False)


def test_the_same_trials_see_nothing_where_nothing_is_broken() -> None:
    for trial, questions in trials("agree", range(20)):
        files = files_of(trial.sketch)
        judge = Engine(build(files, lint=False)).on(world_of(trial.records))
        oracle = Oracle(Policy(files), trial.records)
        assert first_difference(judge, oracle, questions) is None
