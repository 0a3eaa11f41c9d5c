"""Brings every catalogue up to date: new texts are added without a translation, texts that are gone are left out."""

from pathlib import Path

from tools.translations.catalogues import AREAS, LANGUAGES, is_translated, updated


def main() -> None:
    """Writes each catalogue and prints how many texts have no translation yet."""
    root = Path.cwd()
    for area in AREAS:
        for language in LANGUAGES:
            catalogue, path = updated(area, language, root), root / area.path(language)
            path.parent.mkdir(parents=True, exist_ok=True)
            catalogue.save(str(path))
            lacking = sum(1 for entry in catalogue if not is_translated(entry))
            print(f"{area.path(language)}: {len(catalogue)} texts, {lacking} without a translation")


if __name__ == "__main__":
    main()
