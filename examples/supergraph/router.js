// Two routers that can stand before the subgraphs; each serves the same supergraph on a port of this machine.
import { createServer } from "node:http";

/** What the caller is, is passed on to every subgraph: the customer gateway decides by it what may be seen. */
const PASSED_ON = "authorization";

/** @apollo/gateway inside Apollo Server. */
async function serveApollo(supergraphSdl, port) {
  const [{ ApolloGateway, RemoteGraphQLDataSource }, { ApolloServer }, { startStandaloneServer }] = await Promise.all([
    import("@apollo/gateway"),
    import("@apollo/server"),
    import("@apollo/server/standalone"),
  ]);
  class Subgraph extends RemoteGraphQLDataSource {
    willSendRequest({ request, context }) {
      if (context[PASSED_ON]) request.http.headers.set(PASSED_ON, context[PASSED_ON]);
    }
  }
  const gateway = new ApolloGateway({ supergraphSdl, buildService: ({ url }) => new Subgraph({ url }) });
  const server = new ApolloServer({ gateway });
  const { url } = await startStandaloneServer(server, {
    listen: { port, host: "127.0.0.1" },
    context: async ({ req }) => ({ [PASSED_ON]: req.headers[PASSED_ON] }),
  });
  return { url, stop: () => server.stop() };
}

/** The Hive gateway's runtime; its command line, `hive-gateway supergraph`, serves the same. */
async function serveHive(supergraph, port) {
  const { createGatewayRuntime } = await import("@graphql-hive/gateway-runtime");
  const runtime = createGatewayRuntime({
    supergraph,
    logging: "warn",
    propagateHeaders: {
      fromClientToSubgraphs: ({ request }) => ({ [PASSED_ON]: request.headers.get(PASSED_ON) ?? undefined }),
    },
  });
  const server = createServer(runtime);
  await new Promise((resolve) => server.listen(port, "127.0.0.1", resolve));
  const stop = async () => {
    server.close();
    server.closeAllConnections();
    await runtime.dispose();
  };
  return { url: `http://127.0.0.1:${server.address().port}/graphql`, stop };
}

export const ROUTERS = { apollo: serveApollo, hive: serveHive };
