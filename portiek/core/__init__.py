"""The house words, without a business word: scope and row security, facts, actions, pages, rights, slots, jobs, money, errors."""
