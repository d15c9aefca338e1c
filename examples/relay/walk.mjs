// Presses "More" until there is no more, in a page without a screen: `node walk.mjs URL [page size]`. Prints
// the rows' ids, how many there were after each page, and what was asked.
import { Window } from "happy-dom";

const [url, first = "20"] = process.argv.slice(2);
const window = new Window();
Object.assign(globalThis, { window, document: window.document });
const operations = [];
const send = globalThis.fetch;
globalThis.fetch = (address, request) => {
  operations.push(JSON.parse(request.body).query.match(/query (\w+)/)[1]);
  return send(address, request);
};
const { draw } = await import("./build/main.js");

draw(document.body, { url, first: Number(first) });

/** Waits until the page satisfies a condition. */
async function until(condition, patience = 20_000) {
  for (const ends = Date.now() + patience; !condition(); ) {
    if (Date.now() > ends) throw new Error(`the page stays at: ${document.body.innerHTML}`);
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}

const rows = () => [...document.querySelectorAll("li")];
const pages = [];
await until(() => rows().length > 0);
for (let more; (more = document.querySelector(".more")); ) {
  const before = rows().length;
  pages.push(before);
  more.click();
  await until(() => rows().length > before);
}
pages.push(rows().length);
document.querySelector(".refresh").click();
await until(() => operations.at(-1) === "CustomerRowRefreshQuery" && rows().length === pages.at(-1));
const alert = document.querySelector("[role=alert]")?.textContent ?? null;
console.log(JSON.stringify({ ids: rows().map((row) => row.id), pages, operations, alert }));
process.exit(0);
