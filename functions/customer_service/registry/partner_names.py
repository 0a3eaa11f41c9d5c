"""The names of the partners, for people who choose one."""

from customer_service.dependencies import partners


def partner_names() -> dict[int, str]:
    """The name of each partner by its number, in the order of the numbers. It reads the whole registry."""
    return dict(sorted(partners().names()))
