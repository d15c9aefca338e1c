// A list that grows page by page, as a "more" button or a scrolled table would make it.
import { gql } from "@apollo/client/core";
import { filter, firstValueFrom } from "rxjs";

export const CUSTOMERS = gql`
  query Customers($first: Int!, $after: String, $filter: CustomerFilter) {
    customers(first: $first, after: $after, filter: $filter) {
      edges {
        cursor
        node {
          id
          name
          email
        }
      }
      pageInfo {
        hasNextPage
        endCursor
      }
      completeness {
        isComplete
        sources {
          source {
            name
          }
          state
        }
      }
    }
  }
`;

/**
 * Watches the list and asks for pages until there are no more; `show` gets the whole list as it stands after each.
 * What a page lacks is read from `completeness`, which the cache keeps: an error is told once, with its page.
 * @param {import("@apollo/client/core").ApolloClient} client
 * @param {object} variables `first` and, where wanted, `filter`
 * @param {(list: {edges: object[], completeness: object}) => void} show
 */
export async function walk(client, variables, show) {
  const list = client.watchQuery({ query: CUSTOMERS, variables });
  const settled = list.pipe(filter(({ dataState, loading }) => dataState === "complete" && !loading));
  const watching = settled.subscribe(({ data }) => show(data.customers));
  let { data } = await firstValueFrom(settled);
  while (data.customers.pageInfo.hasNextPage) {
    const { endCursor: after } = data.customers.pageInfo;
    ({ data } = await list.fetchMore({ variables: { after }, errorPolicy: "all" }));
  }
  await firstValueFrom(settled.pipe(filter((shown) => !shown.data.customers.pageInfo.hasNextPage)));
  watching.unsubscribe();
}
