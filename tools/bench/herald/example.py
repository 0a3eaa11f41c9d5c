"""The notifications that are measured, by number."""

from base64 import urlsafe_b64encode
from hashlib import sha256
from typing import Final

FIRST_PARTNER: Final = 3528


def partner_of(number: int, among: int) -> int:
    """The partner of the notification with this number, one of `among`."""
    return FIRST_PARTNER + number % among


def order_of(number: int) -> str:
    """Its order number."""
    return f"order-{number}"


def digest_of(number: int) -> str:
    """32 hex digits, which fall evenly on the shards."""
    return sha256(str(number).encode()).hexdigest()[:32]


def public_id(number: int, among: int) -> str:
    """Its id in the API and in the queue's messages."""
    order = urlsafe_b64encode(order_of(number).encode()).decode().rstrip("=")
    return f"{partner_of(number, among)}_{order}_{digest_of(number)}"


def payload_of(partner_id: int, order_id: str) -> str:
    """A notification as the partner manual shows one."""
    return (
        f'{{"code":10000,"describe":"執行成功","partnerId":{partner_id},"method":"snNotify","body":{{'
        f'"orderId":"{order_id}","LHOrderId":"15354","orderStatus":9,"orderQuantity":3,"usedQuantity":1,'
        '"sncode":"411258698456"}}'
    )
