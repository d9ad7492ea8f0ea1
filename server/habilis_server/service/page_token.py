"""The token that leads from one page of a list to the next.

It says from which facts the list is read, and where in it the page starts.

It binds the rest of the list to the facts, the policy and the question of the
first page. It holds nothing secret and gives no right: each page is judged
anew. Its check tells an altered or foreign one.
"""

import base64
import hashlib
import json
from typing import Final, NamedTuple

from google.protobuf.message import Message

from habilis_companion.errors import InvalidRequestError

__all__ = ["PageToken", "question_of", "read_page_token"]

_LONGEST: Final = 1_024
_CHECK: Final = 12
_PAGING: Final = ("page_size", "page_token", "consistency")


class PageToken(NamedTuple):
    """`until` and `head`: the facts. `digest`: the policy. `place`: where the page starts."""

    until: str
    head: int
    digest: str
    place: int

    def written(self, question: bytes) -> str:
        """The token, for whoever asks the same `question` again."""
        content = json.dumps(self, separators=(",", ":")).encode()
        return base64.urlsafe_b64encode(_check(content, question) + content).decode()


def question_of(request: Message) -> bytes:
    """What a request asks, pages aside: the same for all the pages of a list."""
    asked = type(request)()
    asked.CopyFrom(request)
    for name in _PAGING:
        if name in asked.DESCRIPTOR.fields_by_name:
            asked.ClearField(name)
    return asked.DESCRIPTOR.full_name.encode() + asked.SerializeToString(deterministic=True)


def read_page_token(text: str, question: bytes) -> PageToken:
    """The token that a page of this `question` gave; raises InvalidRequestError otherwise."""
    wrong = InvalidRequestError(
        "page_token", "is not what the page before gave; ask for the first page again"
    )
    if len(text) > _LONGEST:
        raise wrong
    try:
        data = base64.b64decode(text.encode("ascii"), altchars=b"-_", validate=True)
        check, content = data[:_CHECK], data[_CHECK:]
        if check != _check(content, question):
            raise wrong
        return PageToken(*json.loads(content))
    except (ValueError, TypeError) as error:
        raise wrong from error


def _check(content: bytes, question: bytes) -> bytes:
    digest = hashlib.sha256(b"habilis page 1")
    for part in (content, question):
        digest.update(len(part).to_bytes(8, "big") + part)
    return digest.digest()[:_CHECK]
