"""A Habilis for the tests of its callers: it answers what the test wants, over a real connection.

    with FakeHabilis() as habilis, habilis.client() as client:
        habilis.allow(subject="anna", action="factures_travaux.refuser")
        refuse(invoice, client)
        assert [question.subject for question in habilis.questions] == ["anna"]

What the test did not allow is denied, as by the real server.
"""

from habilis.testing.fake import FakeHabilis

__all__ = ["FakeHabilis"]
