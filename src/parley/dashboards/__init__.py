"""The dashboards: every figure of the source documents, read from the published file."""
