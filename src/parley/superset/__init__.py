"""Assets for Apache Superset: the database, datasets with metrics, and the business dashboard."""
