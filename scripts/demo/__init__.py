"""Demo landing data: invented retailers, realistic payloads, the same bytes at every run.

`PYTHONPATH=scripts python -m demo` writes one landing root; the benchmark makes its records from the same
parts. Each vendor is a sub-package or module of its own that offers `ACCOUNTS` (rows of accounts.csv) and
`write(landing, seed, progress)`; to add one, list it in `__main__.VENDORS`. The stories to look for are told in
`demo.liveperson.stories`, `demo.attentive.stories` and `demo.one_to_one.stories`.
"""
