"""The pages of the console: Jinja2 templates, compiled when the layer is built."""
