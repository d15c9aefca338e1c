// A list that grows by a button. What Relay needs of the API: connections with cursors, and `node` for refreshing.
import { Suspense } from "react";
import { graphql, useLazyLoadQuery, usePaginationFragment } from "react-relay";

import { CustomerRow } from "./CustomerRow.jsx";

const LIST = graphql`
  fragment CustomerList_query on Query
  @argumentDefinitions(
    first: { type: "Int", defaultValue: 20 }
    after: { type: "String" }
    filter: { type: "CustomerFilter" }
  )
  @refetchable(queryName: "CustomerListPageQuery") {
    customers(first: $first, after: $after, filter: $filter)
      @connection(key: "CustomerList_customers", filters: ["filter"]) {
      edges {
        node {
          id
          ...CustomerRow_customer
        }
      }
      completeness {
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

const PAGE = graphql`
  query CustomerListQuery($first: Int!, $filter: CustomerFilter) {
    ...CustomerList_query @arguments(first: $first, filter: $filter)
  }
`;

export function CustomerList({ first, filter }) {
  return (
    <Suspense fallback={<p>Loading …</p>}>
      <Pages first={first} filter={filter} />
    </Suspense>
  );
}

function Pages({ first, filter }) {
  const query = useLazyLoadQuery(PAGE, { first, filter });
  const { data, hasNext, isLoadingNext, loadNext } = usePaginationFragment(LIST, query);
  const { edges, completeness } = data.customers;
  const absent = completeness.sources.filter(({ state }) => state === "FAILED" || state === "PARTIAL");
  return (
    <>
      {absent.length > 0 && <p role="alert">Without {absent.map(({ source }) => source.name).join(", ")}</p>}
      <ol>
        {edges.map(({ node }) => (
          <CustomerRow key={node.id} customer={node} />
        ))}
      </ol>
      {hasNext && (
        <button className="more" disabled={isLoadingNext} onClick={() => loadNext(first)}>
          More
        </button>
      )}
    </>
  );
}
