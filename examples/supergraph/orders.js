// The orders subgraph: a handful of orders of the sandbox's people, kept in memory.
import { readFileSync } from "node:fs";

import { ApolloServer } from "@apollo/server";
import { ApolloServerPluginInlineTraceDisabled } from "@apollo/server/plugin/disabled";
import { startStandaloneServer } from "@apollo/server/standalone";
import { buildSubgraphSchema } from "@apollo/subgraph";
import { parse } from "graphql";

export const SDL = readFileSync(new URL("orders.graphql", import.meta.url), "utf8");

/** `email` and `record` are what an order system keeps of a customer: they are the keys of the customer gateway. */
const ORDERS = [
  ["1006", "2026-06-21", "18.90 EUR", "nobody@nowhere.example", ["shop", "999999"]],
  ["1005", "2026-06-02", "240.00 AUD", "Isil.Celik11@Post.Example", ["shop", "529"]],
  ["1004", "2026-05-17", "75.50 EUR", "sean.name6@example.org", ["bottega", "100003"]],
  ["1003", "2026-05-16", "12.00 AUD", "sean.name6@example.org", ["shop", "510"]],
  ["1002", "2026-04-30", "99.99 EUR", "isil.celik11@post.example", ["bottega", "100004"]],
  ["1001", "2026-01-08", "31.40 AUD", "sean.name6@example.org", ["shop", "510"]],
].map(([number, placedOn, total, email, [sourceName, vendorId]]) => ({
  number,
  placedOn,
  total,
  customer: { email },
  record: { sourceName, vendorId },
}));

/** Spellings of one address differ in case at most here; the gateway itself does more. */
const fold = (email) => email?.trim().toLowerCase();

const resolvers = {
  Query: {
    order: (_, { number }) => ORDERS.find((order) => order.number === number),
    orders: () => ORDERS,
  },
  Order: {
    __resolveReference: ({ number }) => ORDERS.find((order) => order.number === number),
  },
  Customer: {
    // A customer without an address has no orders that could be told apart, so there is no entity for it here.
    __resolveReference: ({ email }) => (email ? { email } : null),
    orders: ({ email }) => ORDERS.filter((order) => fold(order.customer.email) === fold(email)),
  },
  CustomerRecord: {
    orders: ({ sourceName, vendorId }) =>
      ORDERS.filter(({ record }) => record.sourceName === sourceName && record.vendorId === vendorId),
  },
};

/** Serves the subgraph on a port of this machine (0: a free one) and gives its address and what ends it. */
export async function serveOrders(port) {
  const schema = buildSubgraphSchema({ typeDefs: parse(SDL), resolvers });
  const server = new ApolloServer({ schema, plugins: [ApolloServerPluginInlineTraceDisabled()] });
  const { url } = await startStandaloneServer(server, { listen: { port, host: "127.0.0.1" } });
  return { url, stop: () => server.stop() };
}
