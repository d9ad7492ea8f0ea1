"""What the companions of a Habilis server share, and its command line with them: tables, mail.

It speaks to the server as any caller does, by `habilis`, and never imports it.
"""
