// Where Monaco finds its workers: files of our own origin, beside this module. The build fills in their hashed names.
const files = { json: __JSON_WORKER__, graphql: __GRAPHQL_WORKER__ };

globalThis.MonacoEnvironment = {
  getWorker: (_id, label) => new Worker(new URL(files[label] ?? __EDITOR_WORKER__, import.meta.url)),
};
