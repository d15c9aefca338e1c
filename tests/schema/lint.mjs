// Prints what the published rules find in the schema and in the operations that the project gives, as JSON.
import { fileURLToPath } from "node:url";

import plugin from "@graphql-eslint/eslint-plugin";
import { ESLint } from "eslint";

const root = fileURLToPath(new URL("../..", import.meta.url));
const OPERATIONS = ["gateway/example/*.graphql"];
const graphQLConfig = {
  schema: ["schema.graphql", "tests/schema/federation.graphql"].map((name) => root + name),
  documents: OPERATIONS.map((name) => root + name),
};

const { "flat/schema-recommended": recommended, "flat/schema-relay": relay, "flat/operations-recommended": operations } =
  plugin.configs;
const named = (name) => `@graphql-eslint/${name}`;
const [, naming] = recommended.rules[named("naming-convention")];
const [, described] = recommended.rules[named("require-description")];

const schemaRules = {
  ...recommended.rules,
  ...relay.rules,
  // Federation gives its own fields and types a leading underscore; no name of ours has one (tests/resolvers).
  [named("naming-convention")]: ["error", { ...naming, allowLeadingUnderscore: true }],
  // Federation's names are described by its specification, @oneOf by GraphQL's.
  [named("require-description")]: [
    "error",
    { ...described, ignoredSelectors: ["[name.value=/^_/]", "DirectiveDefinition[name.value=oneOf]"] },
  ],
  // What can be found again implements Node, and so has its `id: ID!`; the other types are values and containers,
  // which have no identity: an amount, an address, a count, a page.
  [named("strict-id-in-types")]: "off",
  // Relay wants edges in connections alone. A customer's records, addresses and tags are few and come whole.
  [named("relay-edge-types")]: ["error", { listTypeCanWrapOnlyEdgeType: false }],
};
const operationRules = {
  ...operations.rules,
  // An id in every selection is for the cache of a client; these operations are read by people, in GraphiQL.
  [named("require-selections")]: "off",
};

const shared = {
  plugins: { "@graphql-eslint": plugin },
  languageOptions: { parser: plugin.parser, parserOptions: { graphQLConfig } },
};
const eslint = new ESLint({
  cwd: root,
  overrideConfigFile: true,
  overrideConfig: [
    { ...shared, files: ["schema.graphql"], rules: schemaRules },
    { ...shared, files: OPERATIONS, rules: operationRules },
  ],
});
const results = await eslint.lintFiles(["schema.graphql", ...OPERATIONS]);
const findings = results.flatMap(({ filePath, messages }) =>
  messages.map(({ ruleId, line = 0, message }) => ({ at: `${filePath.slice(root.length)}:${line}`, rule: ruleId, message })),
);
console.log(JSON.stringify({ files: results.length, findings }, null, 1));
