"""What each reason means, in one sentence for the person who reads an answer."""

from typing import Final

from habilis import Reason

__all__ = ["MEANINGS"]

MEANINGS: Final = {
    Reason.UNSPECIFIED: "the server gave a reason that this version does not know",
    Reason.ALLOWED: "a rule allows it",
    Reason.NO_RULE: "no rule speaks of this action on such a resource",
    Reason.ACCOUNT_INACTIVE: "the account is not active",
    Reason.NOT_ATTACHED: "the account is not attached to the structure for which it would act",
    Reason.SERVICE_OUT_OF_SCOPE: "its attachment does not reach this perimeter of the structure",
    Reason.PROFILE_MISSING: "it lacks a profile that the rule requires there",
    Reason.STRUCTURE_INACTIVE: "the structure is not active",
    Reason.SERVICE_INACTIVE: "the service is not active",
    Reason.PRINCIPAL_MANAGER_ONLY: "only the structure's principal manager may",
    Reason.SUPPORT_ONLY: "only the platform's support may",
    Reason.CONDITION_NOT_MET: "the resource is not in a state in which the rule allows it",
    Reason.DENIED_BY_RULE: "a rule forbids it, whatever others allow",
    Reason.UNKNOWN_SUBJECT: "there is no such account",
    Reason.UNKNOWN_ACTION: "the policy declares no such action",
    Reason.UNKNOWN_RESOURCE: "there is no such resource, or it is not described as the policy says",
    Reason.EVALUATION_ERROR: "the question could not be evaluated, and any doubt is a no",
    Reason.STALE: "the facts at hand are older than the token asks for",
}
