"""The verbs: one Lambda function a folder. This file is here for import-linter only."""
