"""The checkout whose functions are measured."""

from pathlib import Path

from tools.bench.checkout import Checkout
from tools.local_engine.environment import ROOT


def test_every_function_is_known() -> None:
    assert {"receiver", "dispatcher", "deliverer", "console"} <= {*Checkout().functions}
    assert "submission" not in Checkout().functions


def test_the_code_of_the_checkout_comes_before_that_of_this_one(tmp_path: Path) -> None:
    (tmp_path / "template.yaml").symlink_to(ROOT / "template.yaml")
    environment = Checkout(tmp_path, "other").environment("http://127.0.0.1:9")
    first, *_, last = environment["PYTHONPATH"].split(":")
    assert (first, last) == (str(tmp_path / "layers" / "herald"), str(ROOT))


def test_the_functions_have_the_variables_of_the_template_and_talk_to_the_server_only() -> None:
    environment = Checkout().environment("http://127.0.0.1:9")
    assert environment["NOTIFICATION_TABLE"] == "NotificationTable"
    assert environment["DELIVERY_QUEUE_URL"].startswith("http://127.0.0.1:9/")
    assert environment["AWS_ENDPOINT_URL"] == "http://127.0.0.1:9"
    assert environment["ALLOW_PRIVATE_ENDPOINTS"] == "true"
