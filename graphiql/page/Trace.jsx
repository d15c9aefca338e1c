// The panel that shows `extensions.explain` of the tab's answer: every vendor call, and what each source was left to do.
import { Button, tryParseJSONC, useGraphiQL, useGraphiQLActions } from "@graphiql/react";
import { useMemo } from "react";

import { HEADER } from "./example.js";

/** The explanation in an answer, as the response editor holds it; undefined where there is none. */
function readExplanation(response) {
  try {
    return JSON.parse(response)?.extensions?.explain;
  } catch {
    return undefined;
  }
}

const count = (number, noun) => `${number} ${noun}${number === 1 ? "" : "s"}`;
const milliseconds = (time) => `${time < 10 ? time : Math.round(time)} ms`;

/** Items by a key, in the order in which each key came first. */
const groupBy = (items, keyOf) => [...Map.groupBy(items, keyOf)];

/** Calls in the order of their sources' priority, which the lists tell; those of one source stay in the order of time. */
function byPriority(calls, lists) {
  const names = lists.flatMap(({ sources }) => sources.map(({ sourceName }) => sourceName));
  return calls.toSorted((one, other) => names.indexOf(one.sourceName) - names.indexOf(other.sourceName));
}

function Trace() {
  const response = useGraphiQL((state) => state.tabs[state.activeTabIndex]?.response);
  const explanation = useMemo(() => readExplanation(response), [response]);
  return (
    <section className="trace" aria-label="Trace of vendor calls">
      <h2>Trace</h2>
      {explanation ? <Explanation {...explanation} /> : <Invitation />}
    </section>
  );
}

/** Shown while the tab's answer has no explanation: what to send for one. */
function Invitation() {
  const headers = useGraphiQL((state) => state.headerEditor);
  const { run } = useGraphiQLActions();
  const ask = (mode) => {
    const given = tryParseJSONC(headers.getValue()) ?? {};
    headers.setValue(JSON.stringify({ ...given, [HEADER]: mode }, null, 2));
    run();
  };
  return (
    <>
      <p>
        Send the header <code>{HEADER}</code> to see what an operation asks of the vendors: with <code>trace</code>{" "}
        every call that it made, with <code>plan</code> what it would ask, without asking.
      </p>
      <p className="trace-ask">
        <Button onClick={() => ask("trace")}>Run with trace</Button>
        <Button onClick={() => ask("plan")}>Show the plan</Button>
      </p>
    </>
  );
}

function Explanation({ mode, lists, lookUps, calls = [], totals = [], budget }) {
  return (
    <>
      {mode === "plan" ? <p>The plan. No vendor was asked.</p> : <Calls calls={byPriority(calls, lists)} totals={totals} budget={budget} />}
      {lists.map((list, at) => (
        <List key={at} {...list} />
      ))}
      {lookUps.length > 0 && (
        <>
          <h3>Looked up by id or e-mail</h3>
          {lookUps.map((source, at) => (
            <Source key={at} {...source} />
          ))}
        </>
      )}
    </>
  );
}

function Calls({ calls, totals, budget }) {
  const longest = Math.max(...calls.map(({ elapsed }) => elapsed), 1);
  return (
    <>
      <p>
        <b>{count(budget.spent, "vendor call")}</b>, {budget.left} more were allowed.
      </p>
      {groupBy(calls, ({ sourceName }) => sourceName).map(([sourceName, own]) => (
        <details key={sourceName} open className="trace-source">
          <summary>
            <b>{sourceName}</b> <Total {...totals.find((total) => total.sourceName === sourceName)} />
          </summary>
          <ol>
            {own.map((call, at) => (
              <Call key={at} {...call} share={call.elapsed / longest} />
            ))}
          </ol>
        </details>
      ))}
    </>
  );
}

function Total({ calls, cacheHits, joined, elapsed }) {
  const parts = [count(calls, "call"), milliseconds(elapsed)];
  if (cacheHits) parts.push(`${cacheHits} from the cache`);
  if (joined) parts.push(`${joined} shared`);
  return <span className="trace-quiet">{parts.join(" · ")}</span>;
}

/** What stands in the place of a status where no call reached the vendor. */
const SERVED = { cache: "cache", flight: "shared" };

/** One call; its parameters, values that may be personal masked, open at a click. */
function Call({ kind, method, path, parameters, body, status, elapsed, attempt, servedBy, share }) {
  // 404 is how some vendors say that there is nobody.
  const isBad = !SERVED[servedBy] && (status === null || (status >= 400 && status !== 404));
  return (
    <li>
      <details>
        <summary className="trace-call" data-served={servedBy}>
          <span className="trace-kind">{kind ?? "call"}</span>
          <code className="trace-path">
            <bdi>
              {method} {path}
            </bdi>
          </code>
          <span className={isBad ? "trace-bad" : "trace-quiet"}>{SERVED[servedBy] ?? status ?? "none"}</span>
          <span className="trace-time" style={{ "--share": share }}>
            {milliseconds(elapsed)}
          </span>
        </summary>
        {attempt > 1 && <p className="trace-quiet">attempt {attempt}</p>}
        <Values values={parameters} />
        {body && <pre>{JSON.stringify(body, null, 2)}</pre>}
      </details>
    </li>
  );
}

function Values({ values = {} }) {
  return (
    <dl>
      {Object.entries(values).map(([name, value]) => (
        <div key={name}>
          <dt>{name}</dt>
          <dd>{value}</dd>
        </div>
      ))}
    </dl>
  );
}

function List({ field, filter, order, size, sources }) {
  return (
    <>
      <h3>
        <code>{field}</code>
      </h3>
      <p className="trace-quiet">
        {filter}, by {order}, {size} at most
      </p>
      {sources.map((source) => (
        <Source key={source.sourceName} {...source} />
      ))}
    </>
  );
}

/** What a source was left to do; grades are those of the capability table. */
function Source({ sourceName, vendor, expected, ordered, pushed = [], residual = [], rows }) {
  return (
    <details className="trace-source">
      <summary>
        <b>{sourceName}</b> <span className="trace-quiet">{vendor}</span>{" "}
        {pushed.length > 0 && <span className="trace-grade">{pushed.length} pushed</span>}
      </summary>
      <ul>
        {pushed.map(({ condition, grade, note }) => (
          <li key={condition} title={note}>
            <span className="trace-grade">{grade}</span> {condition}
          </li>
        ))}
        {residual.map((condition) => (
          <li key={condition}>
            <span className="trace-grade">here</span> {condition}
          </li>
        ))}
        {ordered && <li>ordered: {ordered}</li>}
        {rows !== undefined && <li>rows: {rows}</li>}
        {expected.map(({ kind, calls }) => (
          <li key={kind}>
            planned: {kind}, {calls === "unknown" ? "calls unknown" : count(calls, "call")}
          </li>
        ))}
      </ul>
    </details>
  );
}

function TraceIcon() {
  return (
    <svg viewBox="0 0 14 14" fill="none" stroke="currentColor" strokeWidth="1.2" strokeLinecap="round">
      <path d="M1 3h6M4 7h7M7 11h6" />
    </svg>
  );
}

export const TRACE_PLUGIN = { title: "Trace", icon: TraceIcon, content: Trace };
