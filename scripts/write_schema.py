"""Write the JSON schema of the configuration: python scripts/write_schema.py."""

from pathlib import Path

from tieline.config import schema
from tieline.core.files import write_json

SCHEMA_FILE = Path(__file__).parents[1] / "workflow/schemas/config.schema.json"

if __name__ == "__main__":
    write_json(schema(), SCHEMA_FILE)
