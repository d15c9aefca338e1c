// One customer. It can be asked for again by itself: a Customer is a Node.
import { graphql, useRefetchableFragment } from "react-relay";

const CUSTOMER = graphql`
  fragment CustomerRow_customer on Customer @refetchable(queryName: "CustomerRowRefreshQuery") {
    id
    name
    email
    version
  }
`;

/** Everything but `id` and `version` may be null: no vendor told it, or the one that knows did not answer. */
export function CustomerRow({ customer }) {
  const [data, refetch] = useRefetchableFragment(CUSTOMER, customer);
  return (
    <li id={data.id} data-version={data.version}>
      {data.name ?? data.email ?? "unnamed"}
      <button className="refresh" onClick={() => refetch({}, { fetchPolicy: "network-only" })}>
        Refresh
      </button>
    </li>
  );
}
