/** Handlers of one episode's certificate: its page, and its claims as they are signed. */
import type { Context } from "hono";
import {
  certificateClaimsSchema,
  certificateFileName,
  type CertificateState,
} from "../../schema/certificate.ts";
import { CertificatePage, NoCertificatePage } from "../pages/certificate.tsx";
import { type DashboardEnv, errorPage, page } from "../render.tsx";

function load(c: Context<DashboardEnv>): Promise<CertificateState> {
  const { id = "", episode = "" } = c.req.param();
  return c.get("data").certificate(id, episode);
}

export async function showCertificate(c: Context<DashboardEnv>): Promise<Response> {
  const data = c.get("data");
  const view = c.get("view");
  const found = await load(c);
  const id = c.req.param("id") ?? "";
  if (found.state === "absent") return notFound(c, found.detail);
  const finding = await data.finding(id);
  // Gone between the two reads.
  if (finding === null) return notFound(c, "There is no such finding.");
  const episode = Number(c.req.param("episode"));
  if (found.state === "open" || found.state === "uncertified") {
    const episodes = await data.episodes(id);
    return page(
      c,
      <NoCertificatePage
        view={view}
        finding={finding}
        state={found.state}
        episode={episode}
        ended={episodes.find((one) => one.episode === episode) ?? null}
      />,
    );
  }
  return page(
    c,
    <CertificatePage
      view={view}
      finding={finding}
      claims={certificateClaimsSchema.parse(JSON.parse(found.claims))}
      signature={found.state === "signed" ? { jws: found.jws, kid: found.kid } : null}
    />,
  );
}

/** What is signed, to the character: for who reads JSON and has no JWS library at hand. */
export async function downloadClaims(c: Context<DashboardEnv>): Promise<Response> {
  const found = await load(c);
  if (found.state === "absent") return notFound(c, found.detail);
  if (found.state !== "signed") return notFound(c, "This episode has no signed certificate.");
  const { id = "", episode = "" } = c.req.param();
  const name = certificateFileName(id, episode, "json");
  return c.body(found.claims, 200, {
    "content-type": "application/json",
    "content-disposition": `attachment; filename="${name}"`,
  });
}

function notFound(c: Context<DashboardEnv>, detail: string): Response | Promise<Response> {
  return errorPage(c, { status: 404, view: c.get("view"), title: detail.replace(/\.$/, "") });
}
