"""A Spark session with the settings of the target `spark` in profiles.yml."""

from __future__ import annotations

from typing import Any

import yaml

from .site import PROJECT


def session() -> Any:
    """The one session of this process, without the warehouse's catalog, which needs a jar."""
    from pyspark.sql import SparkSession

    text = (PROJECT / "profiles.yml").read_text()
    settings = yaml.safe_load(text)["parley"]["outputs"]["spark"]["server_side_parameters"]
    builder = SparkSession.builder.master("local[1]")
    for name, value in settings.items():
        if "{{" not in str(value) and "atalog" not in name:
            builder = builder.config(name, str(value))
    return builder.getOrCreate()
