// The page itself: GraphiQL, asking the address it was loaded from.
import "./worker.js";

import { createGraphiQLFetcher } from "@graphiql/toolkit";
import { GraphiQL } from "graphiql";
import { createRoot } from "react-dom/client";

import { chooseTabs } from "./example.js";

const fetcher = createGraphiQLFetcher({ url: location.pathname });
const tabs = await chooseTabs();

createRoot(document.getElementById("graphiql")).render(
  <GraphiQL fetcher={fetcher} defaultEditorToolsVisibility="variables" {...tabs}>
    <GraphiQL.Logo>Customer gateway</GraphiQL.Logo>
  </GraphiQL>,
);
