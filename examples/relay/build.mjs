// Compiles the operations against the gateway's schema, then bundles the page's module: build/main.js.
import { execFileSync } from "node:child_process";
import { readFile } from "node:fs/promises";

import { transformAsync } from "@babel/core";
import { build } from "esbuild";
import relayCompiler from "relay-compiler";

execFileSync(relayCompiler, { stdio: ["ignore", "ignore", "inherit"] });

/** Puts what the compiler generated in the place of each graphql tag. */
const relay = {
  name: "relay",
  setup: ({ onLoad }) =>
    onLoad({ filter: /\/src\/.*\.jsx$/ }, async ({ path }) => {
      const { code } = await transformAsync(await readFile(path, "utf8"), {
        filename: path,
        plugins: [["relay", { eagerEsModules: true }]],
        parserOpts: { plugins: ["jsx"] },
      });
      return { contents: code, loader: "jsx" };
    }),
};

await build({
  entryPoints: ["src/main.jsx"],
  outdir: "build",
  bundle: true,
  format: "esm",
  jsx: "automatic",
  logLevel: "warning",
  define: { "process.env.NODE_ENV": '"production"' },
  plugins: [relay],
});
