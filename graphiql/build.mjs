// Bundles the page into one folder of static files: `node build.mjs FOLDER`. Names carry a hash of the content.
import { mkdir, readFile, writeFile } from "node:fs/promises";
import { basename, join } from "node:path";
import { build } from "esbuild";

const folder = process.argv[2] ?? "../gateway/static/graphiql";

const settings = {
  bundle: true,
  minify: true,
  outdir: folder,
  entryNames: "[name]-[hash]",
  chunkNames: "part-[hash]",
  assetNames: "[name]-[hash]",
  metafile: true,
  legalComments: "linked",
  logLevel: "warning",
  target: "es2022",
  define: { "process.env.NODE_ENV": '"production"' },
};

/** Bundles some entry points and tells the written file's name of each. */
async function bundle(entryPoints, more) {
  const { metafile } = await build({ ...settings, ...more, entryPoints });
  return entryPoints.map((entry) =>
    basename(Object.entries(metafile.outputs).find(([, output]) => output.entryPoint?.endsWith(entry))[0]),
  );
}

const [editorWorker, jsonWorker, graphqlWorker] = await bundle(
  [
    "monaco-editor/esm/vs/editor/editor.worker.js",
    "monaco-editor/esm/vs/language/json/json.worker.js",
    "monaco-graphql/esm/graphql.worker.js",
  ],
  { format: "iife" },
);

const [script] = await bundle(["page/main.jsx"], {
  format: "esm",
  splitting: true,
  jsx: "automatic",
  loader: { ".css": "empty" }, // Monaco's modules import their style; page/main.css has all of it
  // GraphiQL asks for Prettier's parsers by names that lead to CommonJS, whose exports a bundle does not see.
  alias: {
    "prettier/parser-babel": "prettier/plugins/babel",
    "prettier/parser-graphql": "prettier/plugins/graphql",
  },
  define: {
    ...settings.define,
    __EDITOR_WORKER__: JSON.stringify(editorWorker),
    __JSON_WORKER__: JSON.stringify(jsonWorker),
    __GRAPHQL_WORKER__: JSON.stringify(graphqlWorker),
  },
});

const [style] = await bundle(["page/main.css"], { loader: { ".ttf": "file" } });

const page = await readFile("page/index.html", "utf8");
await mkdir(folder, { recursive: true });
// The page is written last: where it stands, everything it needs stands too.
await writeFile(join(folder, "index.html"), page.replace("%STYLE%", style).replace("%SCRIPT%", script));
