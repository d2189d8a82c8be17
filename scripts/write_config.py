"""Write config/config.yaml, its JSON schema and the tables of keys in config/README.md from the models."""

from pathlib import Path

from tieline.config import described
from tieline.core.files import write_text

if __name__ == "__main__":
    for path, text in described(Path(__file__).parents[1]).items():
        write_text(text, path)
