"""What a record of enforcement, a rating or a licence comes to, told with its legal weight."""
