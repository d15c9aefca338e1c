// Prints the supergraph of the orders subgraph with others: `node compose.js apollo|hive schema.graphql [more.graphql …]`.
import { readFileSync } from "node:fs";
import { basename } from "node:path";

import { SDL } from "./orders.js";
import { compose } from "./supergraph.js";

const [family, ...files] = process.argv.slice(2);
const others = files.map((file) => ({ name: basename(file, ".graphql"), sdl: readFileSync(file, "utf8") }));
const subgraphs = [...others, { name: "orders", sdl: SDL }];
console.log(compose(family, subgraphs.map((one) => ({ ...one, url: `http://${one.name}.invalid/graphql` }))));
