"""Who is this supplier? From what the buyer wrote to one legal entity, or to a person's desk."""
