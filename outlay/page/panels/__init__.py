"""The panels of the page: each asks its marts, says in its title what they show, and draws it."""
