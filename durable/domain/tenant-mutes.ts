/**
 * Mutes of a scope as a tenant's configuration holds them, so that who opens a finding learns of them; what each
 * hides stands in D1. Pure. Contract: what is repeated changes nothing.
 */
import { MAX_SCOPE_MUTES, MAX_SCOPE_MUTES_CHARS } from "../../schema/limits.ts";
import { formatInstant, type EpochMs } from "../../schema/time.ts";
import { refuse, unchanged, type Planned } from "./tenant-rules.ts";
import { changed, type ScopeMute, type TenantConfig } from "./tenant.ts";

/** The same decision of the same author, where it is in force already: what a repeated request means. */
export function sameMute(
  config: TenantConfig,
  { scope, reason, note, createdBy, until }: Omit<ScopeMute, "id" | "createdAt">,
): ScopeMute | null {
  const same = config.scopeMutes.find(
    (known) =>
      known.scope === scope &&
      known.reason === reason &&
      known.note === note &&
      known.createdBy === createdBy &&
      known.until === until,
  );
  return same ?? null;
}

/** Those that are past their end make room. */
export function createMute(config: TenantConfig, mute: ScopeMute, now: EpochMs): Planned {
  if (sameMute(config, mute) !== null) return unchanged(config);
  const kept = config.scopeMutes.filter(({ until }) => until > now);
  if (kept.length >= MAX_SCOPE_MUTES) return refuse("too_many_mutes", MAX_SCOPE_MUTES);
  const scopeMutes = [...kept, mute];
  if (JSON.stringify(scopeMutes).length > MAX_SCOPE_MUTES_CHARS)
    return refuse("mutes_too_large", MAX_SCOPE_MUTES_CHARS);
  const { scope, reason, note, until } = mute;
  const detail = { scope, reason, note, until: formatInstant(until) };
  return {
    ok: true,
    config: changed(config, { scopeMutes }),
    record: { action: "mute.created", subject: mute.id, detail, force: null, mute },
  };
}

/** Nothing changes where it has ended before. */
export function endMute(config: TenantConfig, id: string): Planned {
  const mute = config.scopeMutes.find((known) => known.id === id);
  if (mute === undefined) return unchanged(config);
  const scopeMutes = config.scopeMutes.filter((known) => known !== mute);
  const { scope, reason } = mute;
  return {
    ok: true,
    config: changed(config, { scopeMutes }),
    record: { action: "mute.ended", subject: id, detail: { scope, reason }, force: null },
  };
}
