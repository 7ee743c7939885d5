"""How near the reporting API is to hand-written SQL, and how far from the usual Django REST project.

Three servers answer the same requests over the same database: the product; `floor`, written by hand as
well as it can be; `twin`, written as DRF's own documentation would have it. `python -m tests.benchmarks
--help` says how they are compared. This is no test: nothing here fails because a machine is slow.
"""
