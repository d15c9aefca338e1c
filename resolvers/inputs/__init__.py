"""The API's input types, and how a filter becomes a condition."""
