"""outlay: marketing spend and the ledger, agreed once a day."""
