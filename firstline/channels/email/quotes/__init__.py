"""What is new in a mail: apart from the mail it quotes, and from signatures, by language and by client."""
