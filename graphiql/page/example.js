// What the page opens with: the operation of its own address, then the examples that the gateway gives, one tab each.

/** @typedef {{query: string, variables?: object, headers?: object}} Example an operation with what it needs to run */
/** @typedef {{query: string, variables?: string, headers?: string}} Tab the same as GraphiQL's editors hold it */

/** The header that asks for an explanation of an operation. */
export const HEADER = "Gateway-Explain";

/** What a tab without headers of its own begins with: a header is sent once its line is uncommented. */
export const HEADERS = `{
  // What the vendors are asked; "plan" asks nobody.
  // "${HEADER}": "trace",
  // "Authorization": "Bearer …"
}`;

const asText = (value) => (value === undefined ? undefined : JSON.stringify(value, null, 2));

/** @param {Example} example @returns {Tab} */
const toTab = ({ query, variables, headers }) => ({
  query,
  variables: asText(variables),
  headers: asText(headers) ?? HEADERS,
});

/** Ask the gateway for its examples; without an answer GraphiQL opens with its own welcome. */
async function loadExamples() {
  try {
    const response = await fetch(new URL("examples.json", import.meta.url));
    return response.ok ? (await response.json()).map(toTab) : [];
  } catch {
    return [];
  }
}

/** The address of an operation, behind a "#": it may hold personal data, and servers never see that part. @param {Tab} tab */
export const addressOf = ({ query, variables }) =>
  `#${new URLSearchParams({ query, ...(variables?.trim() ? { variables } : {}) })}`;

/** `#query=…&variables=…` names an operation, so that one can be linked to; so does `?query=…`. @returns {Tab | undefined} */
function readAddress() {
  const [given] = [location.hash.slice(1), location.search]
    .map((text) => new URLSearchParams(text))
    .filter((parameters) => parameters.has("query"));
  if (!given) return undefined;
  return { query: given.get("query"), variables: given.get("variables") ?? undefined, headers: HEADERS };
}

/** The tab that a visitor was at last, as this browser keeps it. @returns {Tab | undefined} */
function readKept() {
  try {
    const { tabs, activeTabIndex } = JSON.parse(localStorage.getItem("graphiql:tabState"));
    const { query, variables } = tabs[activeTabIndex];
    return { query: query ?? undefined, variables: variables ?? undefined };
  } catch {
    return undefined;
  }
}

/** The properties of GraphiQL that say what it opens with. A visitor's own tabs, kept by the browser, go first. */
export async function chooseTabs() {
  const asked = readAddress();
  const tabs = [...(asked ? [asked] : []), ...(await loadExamples())];
  // GraphiQL fills its editors from the initial values, not from the tab that it shows.
  const first = asked ?? readKept() ?? tabs[0];
  return {
    defaultTabs: tabs.length ? tabs : undefined,
    defaultHeaders: HEADERS,
    initialQuery: first?.query,
    initialVariables: first?.variables,
    initialHeaders: first?.headers,
  };
}
