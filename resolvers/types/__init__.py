"""The API's output types: how the domain's values look from outside. No object is made for a row."""
