"""The exclusion grounds, their look-back, and which crimes a wording stands for; as versioned data."""
