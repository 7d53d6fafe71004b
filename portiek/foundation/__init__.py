"""What every company that uses the portal has: parties, accounts, files, tasks, notifications, audit."""
