"""One conditional write of attributes of a partner's item, without a new version of the partner."""

from typing import Any

from herald.store.attribute_values import Item, from_wire, to_wire
from herald.store.dynamodb import ConditionRefused, client, table_errors


def update_attributes(table: str, partner_id: int, expression: str, condition: str, values: Item) -> Item | None:
    """The item as written; None where the condition was false. Raises `TableUnavailable`."""
    arguments: dict[str, Any] = {"ExpressionAttributeValues": to_wire(values)} if values else {}
    try:
        with table_errors():
            response = client().update_item(
                TableName=table,
                Key=to_wire({"partner_id": partner_id}),
                UpdateExpression=expression,
                ConditionExpression=condition,
                ReturnValues="ALL_NEW",
                **arguments,
            )
    except ConditionRefused:
        return None
    return from_wire(response["Attributes"])
