"""The gateway: customers of several commerce vendors, read live and merged. Knows vendors and no GraphQL."""
