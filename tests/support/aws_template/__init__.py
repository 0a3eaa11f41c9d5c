"""template.yaml as CloudFormation receives it, and the rules of AWS's services for its resources."""
