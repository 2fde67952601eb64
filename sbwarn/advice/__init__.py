"""What might help a shop: what would lower the risk by the model's reading, and which programmes fit."""
