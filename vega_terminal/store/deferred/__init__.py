"""What the database does not take is noted in the journal, and applied in order once it is back."""
