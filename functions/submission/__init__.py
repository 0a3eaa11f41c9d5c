"""What the two ways in have in common: a publisher's `POST /notifications` and a sender's `POST /inbound/{token}`."""
