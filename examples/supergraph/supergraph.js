// Subgraphs become one supergraph, by either of the two composers that routers are fed from.
import { composeServices as composeByApollo } from "@apollo/composition";
import { composeServices as composeByGuild } from "@theguild/federation-composition";
import { Kind, parse, print, visit } from "graphql";

const COMPOSERS = { apollo: composeByApollo, hive: composeByGuild };

/**
 * The supergraph's SDL; throws with every reason why the subgraphs do not fit together.
 * @param {"apollo" | "hive"} family whose composer
 * @param {{name: string, url: string, sdl: string}[]} subgraphs
 */
export function compose(family, subgraphs) {
  const services = subgraphs.map(({ name, url, sdl }) => ({ name, url, typeDefs: parse(sdl) }));
  const { errors, supergraphSdl } = COMPOSERS[family](services);
  if (errors?.length) throw new Error(errors.map((error) => error.message).join("\n"));
  return supergraphSdl;
}

/** A running subgraph's own SDL, as every Federation subgraph tells it. */
export async function fetchSdl(url) {
  const response = await fetch(url, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ query: "{ _service { sdl } }" }),
  });
  const { data, errors } = await response.json();
  if (!data) throw new Error(`${url} tells no schema: ${errors?.[0]?.message}`);
  return data._service.sdl;
}

const ACCESS = ["authenticated", "requiresScopes"];

/**
 * The SDL without what it says of callers. @apollo/gateway refuses a supergraph that says it, since it would not hold
 * anybody to it; the subgraph itself does, by the authorization that is passed on.
 */
export function withoutAccess(sdl) {
  const isAccess = (name) => ACCESS.includes(String(name).replace(/^@/, ""));
  return print(
    visit(parse(sdl), {
      [Kind.DIRECTIVE]: (node) => (isAccess(node.name.value) ? null : undefined),
      [Kind.LIST]: (node) => ({ ...node, values: node.values.filter((one) => !isAccess(one.value)) }),
    }),
  );
}
