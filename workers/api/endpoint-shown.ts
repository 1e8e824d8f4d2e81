/**
 * What of an endpoint is shown to whom. The path and the query of an address may be a secret, as those of Slack are:
 * admins see them, everybody else the host. Pure.
 */
import type { Role } from "../../schema/member.ts";
import type { DeliveryDetail } from "../../schema/webhooks.ts";

/** Pieces of an address that are shorter stand in any text. */
const SHORTEST_SECRET = 6;

/** `https://hooks.slack.com/…` to who is no admin. */
export function shownUrl(url: string, role: Role | null): string {
  return role === "admin" ? url : `${new URL(url).origin}/…`;
}

/** Receivers that know no such path like to repeat it in their answer. */
export function shownDelivery(detail: DeliveryDetail, role: Role | null): DeliveryDetail {
  if (role === "admin") return detail;
  const tries = detail.tries.map((one) => ({
    ...one,
    url: shownUrl(one.url, role),
    answer: withoutSecrets(one.answer, one.url),
    error: withoutSecrets(one.error, one.url),
  }));
  return { ...detail, tries };
}

function withoutSecrets(text: string | null, url: string): string | null {
  return text === null ? null : secretsOf(url).reduce((all, one) => all.replaceAll(one, "…"), text);
}

/** The pieces of path and query, as they are written and as they are meant; the longest first. */
function secretsOf(url: string): string[] {
  const { pathname, search } = new URL(url);
  const pieces = `${pathname}${search}`.split(/[/?&=]/);
  return [...new Set([...pieces, ...pieces.map(decoded)])]
    .filter(({ length }) => length >= SHORTEST_SECRET)
    .toSorted((a, b) => b.length - a.length);
}

function decoded(piece: string): string {
  try {
    return decodeURIComponent(piece);
  } catch {
    return piece;
  }
}
