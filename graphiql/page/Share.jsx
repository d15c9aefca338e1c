// A link to the operation as it stands: in the address bar, and on the clipboard where the browser allows it.
import { ToolbarButton, useGraphiQL } from "@graphiql/react";
import { useState } from "react";

import { addressOf } from "./example.js";

const SECONDS_SHOWN = 2;

function LinkIcon() {
  return (
    <svg className="graphiql-toolbar-icon" viewBox="0 0 14 14" fill="none" stroke="currentColor" strokeWidth="1.2" aria-hidden>
      <path d="M6 8.2a2.6 2.6 0 0 0 3.7 0l2-2A2.6 2.6 0 0 0 8 2.5l-.9.9M8 5.8a2.6 2.6 0 0 0-3.7 0l-2 2A2.6 2.6 0 0 0 6 11.5l.9-.9" />
    </svg>
  );
}

export function ShareButton() {
  const query = useGraphiQL((state) => state.queryEditor);
  const variables = useGraphiQL((state) => state.variableEditor);
  const [isDone, setDone] = useState(false);
  const share = async () => {
    const address = addressOf({ query: query.getValue(), variables: variables.getValue() });
    history.replaceState(null, "", address);
    // Without a secure connection there is no clipboard; the address bar has the link all the same.
    await navigator.clipboard?.writeText(location.href).catch(() => {});
    setDone(true);
    setTimeout(() => setDone(false), SECONDS_SHOWN * 1000);
  };
  return (
    <ToolbarButton label={isDone ? "The link is in the address bar" : "Link to this operation"} onClick={share}>
      <LinkIcon />
    </ToolbarButton>
  );
}
