// Draws the list into an element of a page.
import { createRoot } from "react-dom/client";
import { RelayEnvironmentProvider } from "react-relay";

import { CustomerList } from "./CustomerList.jsx";
import { createEnvironment } from "./environment.js";

/** `url` is the gateway's /graphql; `first` and `filter` are the list's. */
export function draw(element, { url, first, filter = null }) {
  createRoot(element).render(
    <RelayEnvironmentProvider environment={createEnvironment(url)}>
      <CustomerList first={first} filter={filter} />
    </RelayEnvironmentProvider>,
  );
}
