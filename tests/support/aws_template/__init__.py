"""template.yaml as CloudFormation gets it, and the rules of the services for what stands in it."""
