"""Gates: what the project promises about itself, checked on dbt's manifest and on the files.

Each module has functions that return a list of sentences, one a violation; an empty list is a pass.
"""
