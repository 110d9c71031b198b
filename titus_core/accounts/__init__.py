"""Who may use Titus: staff users, their roles, their sessions."""
