"""What every room stands on: errors, elements, formulas, files, logs, parallel work, columns, settings, provenance."""
