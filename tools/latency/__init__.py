"""How soon `success` is answered on a local engine, cold and warm: at an inbound address and to publishers."""
