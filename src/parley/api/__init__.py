"""The provider API: conversations of a marketplace over HTTP, read from the published marts.

It answers the search method of the vendor's Messaging Interactions API, so that a client written
for that API reads from here. It only reads: the published file, and the file of tokens.
"""
