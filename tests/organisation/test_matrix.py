"""Every method by every kind of person: allowed, or refused for the reason that is expected."""

from typing import get_args

import pytest

from habilis.v1 import organisation_pb2
from habilis_server.organisation.commands import Command
from habilis_server.organisation.table import HANDLERS
from tests.conftest import Figure
from tests.organisation.matrix import CASES, COLUMNS, OWN, PEOPLE, READINGS, WORDS, answers
from tests.organisation.town import Bench

METHODS = {
    method.name
    for method in organisation_pb2.DESCRIPTOR.services_by_name["OrganisationService"].methods
}
EVERY = {**CASES, **READINGS}

#                                     GP ot si se fs de hi su no in
ANSWERS = answers("""
RequestAccount                             ok ok ok ok ok ok ok ok ok ok
RequestAccount, unknown public             ok ok ok ok ok ok ok ok ok ok
RequestAccount, unknown private            ok ok ok ok ok ok ok ok ok ok
RequestAccount, an address in use          AE AE AE AE AE AE AE AE AE AE
RequestAccount, asleep                     SN SN SN SN SN SN SN SN SN SN
ModifyAccount                              ok ok ok ok ok ok ok ok AU AN
ModifyAccount, another's address           AE AE AE AE AE AE AE AE AU AN
DeactivateAccount                          MT MT ok ok ok ok ok ok AU AN
ReactivateAccount                          NT NT NT NT NT NT NT NT AU ok

RequestAttachment                          AA ok AA ok AA ok AA ok us in
RequestAttachment, service                 ok ok ok AA ok ok ok ok us in
RequestAttachment, asleep                  SN SN SN SN SN SN SN SN us in
AttachUser                                 ok na pm os ok na pm na us in
AttachUser, service                        ok na pm pm ok na pm na us in
AttachUser, closed service                 sv na sv os sv na sv na us in
AttachUser, asleep                         si si si si si si si si us in
AttachUser, oneself                        AA na pm os AA na pm na us in
AttachUser, no account                     AU na pm os AU na pm na us in
DetachUser                                 ok na pm os ok na pm na us in
DetachUser, service                        ok na pm pm ok na pm na us in
DetachUser, asleep                         ok na pm os ok na pm na us in
DetachUser, the GP                         dn dn dn dn dn dn dn dn us in
DetachUser, of elsewhere                   ur ur ur ur ur ur ur ur us in
LeaveStructure                             dn na ok os ok na ok na us in
LeaveStructure, service                    dn na NA ok NA na NA na us in
LeaveStructure, asleep                     dn na ok os ok na ok na us in

AddEntitlements                            ok na pm os ok na pm na us in
AddEntitlements, service                   ok na pm pm ok na pm na us in
AddEntitlements, asleep                    si si si si si si si si us in
AddEntitlements, the GP's                  PG na pm os PG na pm na us in
AddEntitlements, oneself                   ok ur pm ur ok ur pm ur us in
AddEntitlements, of elsewhere              ur ur ur ur ur ur ur ur us in
RemoveEntitlements                         ok na pm os ok na pm na us in
RemoveEntitlements, asleep                 ok na pm os ok na pm na us in
RemoveEntitlements, of the GP              ok na pm os ok na pm na us in
RemoveAllEntitlements                      ok na pm os ok na pm na us in
ReplaceEntitlements                        ok na pm os ok na pm na us in
ReplaceEntitlements, asleep                si si si si si si si si us in
ReplaceEntitlements, with the GP's         PG na pm os PG na pm na us in
DuplicateEntitlements                      ok cn cn cn ok cn cn cn us in
DuplicateEntitlements, of elsewhere        ur ur ur ur ur ur ur ur us in
RequestEntitlementChange                   ok na ok os ok na ok na us in
RequestEntitlementChange, to lose          ok na ok os ok na ok na us in
RequestEntitlementChange, service          NA na NA ok NA na NA na us in
RequestEntitlementChange, the GP's         PG na PG os PG na PG na us in
RequestEntitlementChange, asleep           si si si si si si si si us in

Approve                                    ok na gm os gm na dn na us in
Approve, an attachment                     ok na gm os gm na dn na us in
Approve, an account                        cn na gm os gm na gm na us in
Approve, asleep                            si si si si si si si si us in
Approve, nothing                           ur ur ur ur ur ur ur ur us in
ApproveAccount                             ok na gm os gm na in na us in
ApproveAccount, nobody's structure         su su su su su su in ok us in
ApproveAccount, an attachment              cn na gm os gm na gm na us in
Refuse                                     ok na gm os gm na dn na us in
Refuse, an attachment                      ok na gm os gm na dn na us in
Refuse, an account                         ok na gm os gm na in na us in
Refuse, nobody's structure                 su su su su su su in ok us in
Refuse, asleep                             si si si si si si si si us in
WithdrawRequest                            cn cn cn cn cn cn ok cn us in
WithdrawRequest, an account's              cn cn cn cn cn cn in cn us in
ApproveMany                                ok na gm os gm na dn na us in
ApproveMany, both                          su su su su su su in na us in
RefuseMany                                 ok na gm os gm na dn na us in

TransferPrincipalManager                   ok na gm os gm na gm na us in
TransferPrincipalManager, elsewhere        na SP na na na na na na us in
TransferPrincipalManager, asleep           ok na gm os gm na gm na us in
TransferPrincipalManager, to a stranger    NA na gm os gm na gm na us in
TransferPrincipalManager, to the inactive  AN na gm os gm na gm na us in
InstallPrincipalManager                    su su su su su su su ok us in
InstallPrincipalManager, in office         su su su su su su su IO us in

CreateStructure, private                   ok ok ok ok ok ok ok ok us in
CreateStructure, public                    cn cn cn cn cn cn cn ok us in
CreateStructure, closed                    EC EC EC EC EC EC EC EC us in
CreateStructure, for another               FI FI FI FI FI FI FI FI us in
ModifyStructure                            ok na pm os ok na pm na us in
ModifyStructure, asleep                    si si si si si si si si us in
ActivateStructure                          ok na pm os ok na pm na us in
ActivateStructure, awake                   cn na pm os cn na pm na us in
DeactivateStructure                        ok na pm os ok na pm na us in
DeactivateStructure, asleep                si si si si si si si si us in
UpdateFromInsee                            ok na gm os gm na gm na us in
UpdateFromInsee, asleep                    si si si si si si si si us in
CreateService                              ok na pm os ok na pm na us in
CreateService, asleep                      si si si si si si si si us in
ModifyService                              ok na pm pm ok na pm na us in
ModifyService, closed                      sv na sv os sv na sv na us in
ActivateService                            ok na pm os ok na pm na us in
ActivateService, open                      cn na pm pm cn na pm na us in
DeactivateService                          ok na pm pm ok na pm na us in
DeactivateService, closed                  sv na sv os sv na sv na us in
DeleteService                              ok na pm pm ok na pm na us in
DeleteService, closed                      ok na pm os ok na pm na us in
DeleteService, asleep                      si si si si si si si si us in

GetStructure                               ok ok ok ok ok ok ok ok us in
GetStructure, private                      cn ok cn cn cn cn cn cn us in
GetStructure, asleep                       ok cn ok cn ok cn ok cn us in
GetStructure, nothing                      ur ur ur ur ur ur ur ur us in
SearchStructures                           ok ok ok ok ok ok ok ok us in
ListServices                               ok ok ok ok ok ok ok ok us in
ListServices, private                      cn ok cn cn cn cn cn cn us in
ListServices, asleep                       ok cn ok ok ok cn ok cn us in
ListAttachments                            ok na pm os ok na pm na us in
ListAttachments, service                   ok na pm pm ok na pm na us in
ListAttachments, asleep                    ok na pm os ok na pm na us in
ListAttachments, nothing                   ur ur ur ur ur ur ur ur us in
ListEntitlements                           ok ok ok ok ok ok ok ok us in
ListEntitlements, of tim                   ok cn cn cn ok cn ok cn us in
ListEntitlements, of the GP                ok cn cn cn ok cn cn cn us in
ListEntitlements, of nobody                ur ur ur ur ur ur ur ur us in
ListApprovals                              ok na gm os gm na gm na us in
ListApprovals, asleep                      ok na gm os gm na gm na us in
ListApprovals, all                         ok ok ok ok ok ok ok ok us in
ListMyRequests                             ok ok ok ok ok ok ok ok us in
ListHistory                                ok na pm os ok na pm na us in
ListHistory, service                       ok na pm pm ok na pm na us in
ListHistory, asleep                        ok na pm os ok na pm na us in
""")


def test_every_method_has_its_cases_and_every_case_its_row() -> None:
    assert {*HANDLERS} == {*get_args(Command)}
    assert {case.partition(",")[0] for case in EVERY} == METHODS
    assert {*ANSWERS} == {*EVERY}
    assert {len(words) for words in ANSWERS.values()} == {len(COLUMNS)}
    assert {word for words in ANSWERS.values() for word in words} <= {*WORDS}
    assert {*OWN} <= {*CASES}


@pytest.mark.parametrize("case", EVERY)
def test_the_answer_is_as_the_rules_have_it(case: str) -> None:
    wanted = {kind: WORDS[word] for kind, word in zip(COLUMNS, ANSWERS[case], strict=True)}
    given: dict[str, str] = {}
    for kind, person in PEOPLE.items():
        who = OWN.get(case, person) if kind == "himself" else person
        made = EVERY[case]
        given[kind] = Bench().ask(who, made(who) if callable(made) else made)

    assert given == wanted


def test_the_figures(figure: Figure) -> None:
    allowed = sum(word == "ok" for words in ANSWERS.values() for word in words)
    answers = len(ANSWERS) * len(COLUMNS)
    figure(
        f"{len(METHODS)} methods in {len(EVERY)} cases by {len(COLUMNS)} kinds of people:"
        f" {answers} answers, {allowed} of them allowed"
    )
