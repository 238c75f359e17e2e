"""What is made for others: files of flags, exports, digests, referrals, packs."""
