"""Look every company, owner and officer of the whole register up on the lists."""
