# a start; see below
UV := .venv/bin/uv
COMPILE := $(UV) pip compile --quiet --universal --python-version 3.13 --generate-hashes --no-emit-index-url --no-header

requirements: ## Compile requirements/*.in and the layer's, to pinned and hashed *.txt
	$(COMPILE) requirements/dev.in -o requirements/dev.txt
	$(COMPILE) requirements/checkov.in -o requirements/checkov.txt
	$(COMPILE) requirements/uv.in -c requirements/dev.txt -o requirements/uv.txt
	$(COMPILE) layers/dependencies/requirements.in -c requirements/dev.txt -o layers/dependencies/requirements.txt
.PHONY: requirements
