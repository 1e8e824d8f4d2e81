/** Empty lists say why they are empty and what to do next. */
import type { Child } from "hono/jsx";

export function Empty(props: { title: string; children?: Child }) {
  return (
    <section class="empty">
      <h2>{props.title}</h2>
      {props.children}
    </section>
  );
}

/** One event in the native format; the shell fills in the time. */
function firstEvent(origin: string): string {
  return `curl "${origin}/v1/events" -H "Authorization: Bearer $LULL_AGENT_KEY" -d '{
  "agent": { "id": "try", "host": { "name": "node-7" } },
  "events": [ {
    "time": "'$(date -u +%Y-%m-%dT%H:%M:%SZ)'",
    "kind": "process", "action": "exec",
    "container": { "id": "c0ffee123456", "name": "api", "image": "shop/api:1.4" },
    "process": { "exe": "/usr/bin/gcc", "name": "gcc", "args": ["-O2", "x.c"] }
  } ] }'`;
}

/** Before the first finding: how to make one. */
export function NoFindingsYet(props: { origin: string }) {
  return (
    <Empty title="No findings yet">
      <p>
        Point an agent at Lull, or send one event by hand. <code>npm start</code> printed the agent
        key; it is also <code>agentKey</code> in <code>credentials.json</code>.
      </p>
      <FirstEvent origin={props.origin} />
      <p>A compiler that ran in a container opens a finding at once. Then reload this page.</p>
    </Empty>
  );
}

/** The command that sends one event. */
export function FirstEvent(props: { origin: string }) {
  return <CopyBlock id="first-event" text={firstEvent(props.origin)} label="Copy the command" />;
}

/** Preformatted text with a copy button (which needs the script; selecting works without). */
export function CopyBlock(props: { id: string; text: string; label: string }) {
  return (
    <div class="copy-block">
      <pre id={props.id} tabindex={0} dir="ltr">
        {props.text}
      </pre>
      <button class="copy needs-js" type="button" data-copy={props.id} title={props.label}>
        <span class="visually-hidden">{props.label}</span>
        <span aria-hidden="true">Copy</span>
      </button>
    </div>
  );
}
