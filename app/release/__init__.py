"""The only way out: orders (the decision), delivery (the door), the clock that carries them."""
