"""What the companions of a Habilis server share, and its command line with them.

`guard` tells how a right is asked, `store` how nothing is read or written without one.

It speaks to the server as any caller does, by `habilis`, and never imports it.
"""
