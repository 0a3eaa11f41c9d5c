"""The deliverer and the dispatcher with stand-ins for what is around them."""
