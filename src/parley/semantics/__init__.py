"""The semantic layer's queries, written out once so that nobody needs MetricFlow to ask them."""
