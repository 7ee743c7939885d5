"""The floor: the same answers by SQL written by hand, orjson and nothing else behind the same server.

It is the honest limit and no example to follow: it takes the few requests that are measured, and what the
product does beside answering (refusals in plain words, ETags, trimmed fields, plans) it does not do.
"""
