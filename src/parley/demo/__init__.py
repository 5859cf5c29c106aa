"""Demo landing data: invented retailers, realistic payloads, the same bytes at every run.

`python -m parley.demo` writes one landing root. Each vendor is a sub-package or module of its
own that offers `ACCOUNTS` (rows of accounts.csv) and `write(landing, seed, progress)`; to add one,
list it in `__main__.VENDORS`. The stories to look for are told in `parley.demo.liveperson.stories`,
`parley.demo.attentive.stories` and `parley.demo.one_to_one.stories`.
"""
