/**
 * `/findings/:id/episodes/:episode`: the certificate of an episode, to read, save and print. Times are in UTC,
 * whoever reads: it is a document, not a view.
 */
import type { Child } from "hono/jsx";
import { type CertificateClaims, certificateFileName } from "../../schema/certificate.ts";
import type { EpisodeView, FindingDetail } from "../../schema/finding.ts";
import {
  certificateHeadline,
  happenedWords,
  notProvenWords,
  provenWords,
} from "../format/certificate.ts";
import { headlineOf, RESOLUTION_WORDS } from "../format/headline.ts";
import { exactCount } from "../format/number.ts";
import { epoch } from "../format/time.ts";
import { cut, visible } from "../format/visible.ts";
import { readerZone } from "../format/zone.ts";
import { AgentTable, Claims } from "../parts/certificate-claims.tsx";
import { CertificateStrip } from "../parts/certificate-strip.tsx";
import { Crumbs } from "../parts/crumbs.tsx";
import { CopyBlock } from "../parts/empty.tsx";
import { Frame } from "../parts/frame.tsx";
import { SeverityMark } from "../parts/marks.tsx";
import { paths } from "../paths.ts";
import type { View } from "../view.ts";

export interface CertificatePageProps {
  view: View;
  /** As it is now, in whichever episode. */
  finding: FindingDetail;
  claims: CertificateClaims;
  /** Null while it waits for its signature. */
  signature: { jws: string; kid: string } | null;
}

/** Characters of the headline; the claims have all of it. */
const LONGEST_HEADLINE = 320;

function CertificateFrame(props: { view: View; id: string; episode: number; children: Child }) {
  return (
    <Frame
      view={props.view}
      title={`Certificate of episode ${props.episode}`}
      active="history"
      styles="certificate.css"
    >
      <Crumbs href={paths.finding(props.id)} word="The finding" />
      <article class="certificate">{props.children}</article>
    </Frame>
  );
}

function Head({ claims, signature, view }: CertificatePageProps) {
  const { episode, rule } = claims;
  return (
    <header class="finding-head">
      <p class="marks">
        <span class="document-kind">Certificate of episode {episode.number}</span>
        <span class={`resolution is-${episode.resolution}`}>
          {RESOLUTION_WORDS[episode.resolution]}
        </span>
        <SeverityMark severity={rule.severity} />
        <a href={paths.rule(rule.id)}>{visible(rule.id)}</a>
      </p>
      <h1 dir="auto">
        <bdi>{cut(visible(certificateHeadline(claims, view.zone)), LONGEST_HEADLINE)}</bdi>
      </h1>
      <p class="dim">{happenedWords(claims, view.zone)}</p>
      {signature === null && (
        <p class="notice is-warning" role="status">
          It is not signed yet, and proves nothing until it is. The signature is due within two
          minutes: reload the page then.
        </p>
      )}
    </header>
  );
}

function Actions({ claims }: { claims: CertificateClaims }) {
  const { finding, episode } = claims;
  return (
    <p class="certificate-actions">
      <a
        class="button is-primary"
        href={paths.apiCertificate(finding, episode.number)}
        download={certificateFileName(finding, episode.number)}
      >
        Download certificate
      </a>
      <a class="button" href={paths.keySet()} download="jwks.json">
        Download keys
      </a>
      <a class="button" href={paths.certificateClaims(finding, episode.number)} download>
        Claims as JSON
      </a>
      <button class="button needs-js" type="button" data-print>
        Print
      </button>
    </p>
  );
}

function Proof({ claims }: { claims: CertificateClaims }) {
  return (
    <div class="proof">
      <section class="is-proven">
        <h2>What this proves</h2>
        <ul class="plain-list">
          {provenWords(claims).map((line) => (
            <li>{line}</li>
          ))}
        </ul>
      </section>
      <section>
        <h2>What this does not prove</h2>
        <ul class="plain-list">
          {notProvenWords(claims).map((line) => (
            <li>{line}</li>
          ))}
        </ul>
      </section>
    </div>
  );
}

/** How to check it, and the certificate itself. */
function Signed(props: { claims: CertificateClaims; jws: string; kid: string; view: View }) {
  const { claims, jws, kid, view } = props;
  const { finding, episode } = claims;
  const file = certificateFileName(finding, episode.number);
  return (
    <section class="signed">
      <h2>Check it</h2>
      <p>
        It is signed (Ed25519) with the key <code>{kid}</code>, whose public half is in the key set
        at{" "}
        <a href={paths.keySet()}>
          {view.origin}
          {paths.keySet()}
        </a>
        . With both files saved, this checks it offline; <code>verify-certificate</code> is one file
        of Lull’s, <code>scripts/verify-certificate.mjs</code>, that needs Node alone.
      </p>
      <CopyBlock
        id="verify-command"
        text={`npx verify-certificate ${file} --jwks jwks.json`}
        label="Copy the command"
      />
      <p class="print-only">
        This page: {view.origin}
        {paths.certificate(finding, episode.number)}
      </p>
      <h2>The certificate itself</h2>
      <div class="jws">
        <CopyBlock id="jws" text={jws} label="Copy the certificate" />
      </div>
    </section>
  );
}

export function CertificatePage(props: CertificatePageProps) {
  const { claims, finding, signature } = props;
  const view = { ...props.view, zone: readerZone("UTC") };
  return (
    <CertificateFrame view={props.view} id={finding.id} episode={claims.episode.number}>
      <Head {...props} view={view} />
      {signature !== null && <Actions claims={claims} />}
      <CertificateStrip claims={claims} finding={finding} view={view} />
      {signature !== null && <Proof claims={claims} />}
      <Claims claims={claims} view={view} />
      <section class="claims">
        <h2>Agents that reported it</h2>
        <AgentTable agents={claims.agents} />
      </section>
      {signature !== null && <Signed claims={claims} {...signature} view={view} />}
    </CertificateFrame>
  );
}

export interface NoCertificatePageProps {
  view: View;
  finding: FindingDetail;
  state: "open" | "uncertified";
  episode: number;
  /** Null while it is open. */
  ended: EpisodeView | null;
}

/** Why there is none, and what there is instead. */
export function NoCertificatePage(props: NoCertificatePageProps) {
  const { view, finding, state, episode, ended } = props;
  return (
    <CertificateFrame view={view} id={finding.id} episode={episode}>
      <header class="finding-head">
        <p class="marks">
          <span class="document-kind">Episode {episode}</span>
        </p>
        <h1>
          {state === "open"
            ? "This episode is still open: it is certified when it resolves."
            : "This episode ended before there were certificates: it has none, and none can be made."}
        </h1>
      </header>
      {ended !== null && (
        <p>
          {exactCount(ended.count)} events from {view.zone.exact(epoch(ended.openedAt))} to{" "}
          {view.zone.exact(epoch(ended.lastSeenAt))}; it ended on{" "}
          {view.zone.exact(epoch(ended.resolvedAt))} as{" "}
          <span class={`resolution is-${ended.resolution}`}>
            {RESOLUTION_WORDS[ended.resolution]}
          </span>
          .
        </p>
      )}
      <p>
        <a href={paths.finding(finding.id)}>{cut(visible(headlineOf(finding)), 120)}</a>
      </p>
    </CertificateFrame>
  );
}
