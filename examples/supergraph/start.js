// One command: the customer gateway with its sandbox, the orders subgraph, and a router before both.
import { spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import { parseArgs } from "node:util";

import { SDL, serveOrders } from "./orders.js";
import { ROUTERS } from "./router.js";
import { compose, fetchSdl, withoutAccess } from "./supergraph.js";

const { values } = parseArgs({
  options: {
    router: { type: "string", default: "hive" }, // or "apollo"
    port: { type: "string", default: "4000" },
    customers: { type: "string" }, // a customer gateway that runs already
    command: { type: "string", default: "../../.venv/bin/gateway" }, // how one is started otherwise
  },
});
if (!(values.router in ROUTERS)) throw new Error(`--router is one of ${Object.keys(ROUTERS).join(", ")}`);

/** Starts the customer gateway and waits until it says where it listens. */
async function startCustomers() {
  const child = spawn(values.command, ["serve", "--port", "0"], { stdio: ["ignore", "pipe", "inherit"] });
  child.on("exit", (code) => process.exit(code ?? 0));
  for await (const line of createInterface({ input: child.stdout })) {
    const [, url] = line.match(/^GraphiQL and API +(\S+)/) ?? [];
    if (url) return { url, stop: () => child.kill("SIGINT") };
  }
  throw new Error("the customer gateway did not start");
}

const customers = values.customers ? { url: values.customers, stop: () => {} } : await startCustomers();
const orders = await serveOrders(0);
const sdl = await fetchSdl(customers.url);
const supergraph = compose(values.router, [
  { name: "customers", url: customers.url, sdl: values.router === "apollo" ? withoutAccess(sdl) : sdl },
  { name: "orders", url: orders.url, sdl: SDL },
]);
const router = await ROUTERS[values.router](supergraph, Number(values.port));

console.log(`Customers  ${customers.url}`);
console.log(`Orders     ${orders.url}`);
console.log(`Router     ${router.url}`);
console.log("Ctrl-C ends it.");

await Promise.race([once(process, "SIGINT"), once(process, "SIGTERM")]);
await Promise.all([router.stop(), orders.stop(), customers.stop()]);
process.exit(0);
