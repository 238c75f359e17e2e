"""OpenSanctions' two exports: a simple table of targets, and FollowTheMoney entities."""
