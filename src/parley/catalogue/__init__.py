"""The metric catalogue for readers: what models/semantic says of each metric, as texts and as a page."""
