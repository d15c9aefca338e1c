// Walks the customers of a gateway: `node walk.js http://127.0.0.1:8000/graphql [page size] [a filter as JSON]`.
import { createClient } from "./client.js";
import { walk } from "./customers.js";

const [uri, first = "20", filter = "null"] = process.argv.slice(2);
await walk(createClient(uri), { first: Number(first), filter: JSON.parse(filter) }, ({ edges, completeness }) => {
  const absent = completeness.sources.filter(({ state }) => state === "FAILED" || state === "PARTIAL");
  const ids = edges.map(({ node }) => node.id);
  console.log(JSON.stringify({ ids, absent: absent.map(({ source }) => source.name) }));
});
