"""The program `python -m pydamodb.strict`, which rewrites models in the strict style. Nothing else imports it."""
