// Apollo Client as a front end of the gateway sets it up: the cache, and what an error does to an answer.
import { ApolloClient, HttpLink, InMemoryCache } from "@apollo/client/core";
import { relayStylePagination } from "@apollo/client/utilities";

/** @param {string} uri the gateway's /graphql */
export const createClient = (uri) =>
  new ApolloClient({
    link: new HttpLink({ uri }),
    cache: new InMemoryCache({
      possibleTypes: { Node: ["Customer", "CustomerRecord", "Tag", "CustomerGroup"] },
      typePolicies: {
        Query: {
          fields: {
            // Pages of one list are joined; another filter or another order is another list.
            customers: relayStylePagination(["filter", "orderBy"]),
            tags: relayStylePagination(["filter"]),
            customerGroups: relayStylePagination(["filter"]),
          },
        },
      },
    }),
    // A source that failed is told in `errors` beside the data of the others: show both.
    defaultOptions: { watchQuery: { errorPolicy: "all" }, query: { errorPolicy: "all" } },
  });
