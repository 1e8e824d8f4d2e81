/** Evidence: the first and the latest events, as an agent saw them, readable and easy to copy. */
import type { Child } from "hono/jsx";
import type { SampleView } from "../../schema/finding.ts";
import { commandLine, visible } from "../format/visible.ts";
import { epoch } from "../format/time.ts";
import type { View } from "../view.ts";
import { CopyBlock } from "./empty.tsx";
import { Moment } from "./time.tsx";

/** The executable, and its arguments without a repeated program name. */
function commandOf(process: NonNullable<SampleView["process"]>): string {
  const exe = process.exe ?? process.name;
  const args = process.args ?? [];
  // Some agents report argv with its zeroth entry, some without.
  const repeated = args[0] !== undefined && (args[0] === exe || args[0] === process.name);
  return commandLine(exe, repeated ? args.slice(1) : args);
}

function userWords(user: NonNullable<SampleView["user"]>): string {
  const who = user.name ?? "";
  const uid = user.uid === undefined ? "" : `uid ${user.uid}`;
  const login = user.loginUid === undefined ? "" : `logged in as uid ${user.loginUid}`;
  return [who, uid, login].filter((part) => part !== "").join(", ");
}

function peerWords(network: NonNullable<SampleView["network"]>): string {
  const host = network.hostname ?? network.ip ?? "";
  const address = host.includes(":") ? `[${host}]` : host;
  const port = network.port === undefined ? "" : `:${network.port}`;
  const ip = network.hostname !== undefined && network.ip !== undefined ? ` (${network.ip})` : "";
  const from = network.direction === "inbound" ? "from " : "to ";
  return `${from}${address}${port}${ip}${network.protocol === undefined ? "" : `, ${network.protocol}`}`;
}

/** Label and value, in the order they help. */
export function sampleFacts(sample: SampleView): (readonly [string, string])[] {
  const { process, user, file, network } = sample;
  const parent = process?.parent?.exe ?? process?.parent?.name;
  const all: (readonly [string, string | undefined])[] = [
    ["Connection", network === undefined ? undefined : peerWords(network)],
    [
      "File",
      file === undefined
        ? undefined
        : `${file.path}${file.flags === undefined ? "" : ` (${file.flags})`}`,
    ],
    ["Parent", parent],
    ["User", user === undefined ? undefined : userWords(user)],
    ["Working directory", process?.cwd],
    ["Process id", process?.pid?.toString()],
    ["Terminal", process?.tty === undefined ? undefined : process.tty ? "yes" : "no"],
    ["System call", sample.syscall],
    ["Image", sample.image],
    ["Pod", sample.pod],
    ...Object.entries(sample.facts ?? {}).map(([key, value]) => [key, String(value)] as const),
  ];
  return all.flatMap(([label, value]) =>
    value === undefined || value === "" ? [] : [[label, visible(value)] as const],
  );
}

function Caveats(props: { sample: SampleView }) {
  const { truncated, clamped } = props.sample;
  const notes = [
    ...(truncated === undefined || truncated.length === 0
      ? []
      : [`Cut to their limit: ${truncated.map(visible).join(", ")}.`]),
    ...(clamped === true ? ["Its time lay in the future and was set to the time of receipt."] : []),
  ];
  return notes.length === 0 ? null : <p class="caveat">{notes.join(" ")}</p>;
}

/** One event. */
export function Sample(props: { sample: SampleView; id: string; view: View; children?: Child }) {
  const { sample, id, view } = props;
  const facts = sampleFacts(sample);
  const named = sample.process?.exe ?? sample.process?.name;
  return (
    <article class="sample" id={id}>
      <header>
        <Moment at={epoch(sample.at)} as="ago" view={view} />
        <span class="exact num">{view.zone.short(epoch(sample.at))}</span>
        <span class="agent">{sample.agent}</span>
        {sample.agentRule !== undefined && (
          <bdi class="agent-rule" title="The agent's own rule">
            {visible(sample.agentRule)}
          </bdi>
        )}
        <span class="kind">
          {visible(sample.kind)} {visible(sample.action)}
        </span>
      </header>
      {sample.process !== undefined && named !== undefined && (
        <CopyBlock id={`${id}-command`} text={commandOf(sample.process)} label="Copy the command" />
      )}
      {facts.length > 0 && (
        <dl class="facts">
          {facts.map(([label, value]) => (
            <div>
              <dt>{visible(label)}</dt>
              <dd dir="auto">{value}</dd>
            </div>
          ))}
        </dl>
      )}
      {sample.message !== undefined && (
        <p class="message" dir="auto" title="The agent's own sentence">
          {visible(sample.message)}
        </p>
      )}
      <Caveats sample={sample} />
    </article>
  );
}

/** The first events, then the latest; one that is both is shown once. */
export function Evidence(props: {
  samples: { first: readonly SampleView[]; latest: readonly SampleView[] };
  view: View;
}) {
  const seen = new Set(props.samples.first.map((sample) => JSON.stringify(sample)));
  const latest = props.samples.latest
    .filter((sample) => !seen.has(JSON.stringify(sample)))
    .toReversed();
  const list = (samples: readonly SampleView[], part: string) =>
    samples.map((sample, i) => <Sample sample={sample} id={`${part}-${i}`} view={props.view} />);
  if (latest.length === 0 && props.samples.first.length === 0)
    return <p class="dim">No samples are kept of this episode.</p>;
  return (
    <>
      {latest.length > 0 && <h3>Latest, newest first</h3>}
      {list(latest, "latest")}
      {props.samples.first.length > 0 && <h3>{latest.length > 0 ? "First" : "All"}</h3>}
      {list(props.samples.first, "first")}
    </>
  );
}
