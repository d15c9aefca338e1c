// The page itself: GraphiQL, asking the address it was loaded from.
import "./worker.js";

import { createGraphiQLFetcher } from "@graphiql/toolkit";
import { GraphiQL, HISTORY_PLUGIN } from "graphiql";
import { createRoot } from "react-dom/client";

import { chooseTabs } from "./example.js";
import { ShareButton } from "./Share.jsx";
import { TRACE_PLUGIN } from "./Trace.jsx";

const fetcher = createGraphiQLFetcher({ url: location.pathname });
const tabs = await chooseTabs();

// A link that is opened in the page that shows another one changes nothing but the part behind "#".
addEventListener("hashchange", () => location.reload());

createRoot(document.getElementById("graphiql")).render(
  <GraphiQL fetcher={fetcher} defaultEditorToolsVisibility="variables" plugins={[TRACE_PLUGIN, HISTORY_PLUGIN]} {...tabs}>
    <GraphiQL.Logo>Customer gateway</GraphiQL.Logo>
    <GraphiQL.Toolbar>
      {({ prettify, merge, copy }) => (
        <>
          {prettify}
          {merge}
          {copy}
          <ShareButton />
        </>
      )}
    </GraphiQL.Toolbar>
  </GraphiQL>,
);
