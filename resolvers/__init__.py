"""The GraphQL side: the schema, its resolvers, and the endpoint that serves them. It knows no vendor."""
