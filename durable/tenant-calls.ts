/**
 * What one can ask of a TenantActor, how it is sent, and what a change of rules, mutes, members or endpoints comes to.
 */
import type { TenantId } from "../schema/ids.ts";
import { SYSTEM, type Doer } from "../schema/ledger.ts";
import type { MemberInput, MemberPatch } from "../schema/member.ts";
import type { Rule, RuleException } from "../schema/rule.ts";
import type { SettingsPatch } from "../schema/settings.ts";
import type { EpochMs } from "../schema/time.ts";
import type { RuleChange } from "./domain/model.ts";
import type {
  Invite,
  KeyKind,
  KeyRecord,
  OverridePatch,
  ScopeMute,
  TenantConfig,
} from "./domain/tenant.ts";
import {
  changeMember,
  disableMember,
  inviteAgain,
  inviteMember,
  type Link,
} from "./domain/tenant-members.ts";
import type { EndpointRecord } from "./domain/endpoint.ts";
import {
  changeEndpoint,
  createEndpoint,
  deleteEndpoint,
  type EndpointFields,
} from "./domain/tenant-endpoints.ts";
import { changeCaseRules, type CaseRules } from "./domain/tenant-cases.ts";
import { createMute, endMute } from "./domain/tenant-mutes.ts";
import {
  changeRule,
  changeSettings,
  createException,
  createRule,
  deleteException,
  deleteRule,
  patchBuiltIn,
  type Planned,
  type Refusal,
  type RuleFields,
} from "./domain/tenant-rules.ts";
import { sha256 } from "./identity.ts";
import type { RecordedChange } from "./rule-history.ts";

/** Who makes a change of rules, and when. A name alone is that of somebody who cannot be told any more closely. */
type Author = [by: string | Doer, now: EpochMs];

/**
 * The configuration after a change of rules, or why there was none. `told`: what actors must hear, where that is
 * more than what the rule says now.
 */
export type Changed =
  | { ok: true; config: TenantConfig; told: RuleChange | null }
  | { ok: false; refusal: Refusal };

/** Everything one can ask of a TenantActor. */
export interface Calls {
  config: { args: []; result: TenantConfig };
  /** Null where the version is still that. */
  configSince: { args: [version: number]; result: TenantConfig | null };
  /** Changes of rules that D1 may not know of yet, oldest first. */
  unrecorded: { args: []; result: RecordedChange[] };
  overrideRule: { args: [rule: string, patch: OverridePatch, ...Author]; result: Changed };
  createRule: { args: [rule: Rule, ...Author]; result: Changed };
  changeRule: { args: [id: string, fields: RuleFields, ...Author]; result: Changed };
  deleteRule: { args: [id: string, ...Author]; result: Changed };
  createException: { args: [exception: RuleException, ...Author]; result: Changed };
  deleteException: { args: [id: string, ...Author]; result: Changed };
  changeSettings: { args: [patch: SettingsPatch, ...Author]; result: Changed };
  createMute: { args: [mute: ScopeMute, ...Author]; result: Changed };
  endMute: { args: [id: string, ...Author]; result: Changed };
  inviteMember: {
    args: [member: MemberInput & { id: string; invite: Invite }, ...Author];
    result: Changed;
  };
  inviteAgain: { args: [id: string, invite: Invite, ...Author]; result: Changed };
  changeMember: { args: [id: string, patch: MemberPatch, ...Author]; result: Changed };
  disableMember: { args: [id: string, ...Author]; result: Changed };
  changeCaseRules: {
    args: [rules: CaseRules, seen: string | null, ...Author];
    result: Changed;
  };
  createEndpoint: { args: [endpoint: EndpointRecord, ...Author]; result: Changed };
  changeEndpoint: { args: [id: string, fields: EndpointFields, ...Author]; result: Changed };
  deleteEndpoint: { args: [id: string, ...Author]; result: Changed };
  addKey: { args: [kind: KeyKind, key: KeyRecord, by: Doer]; result: TenantConfig };
  revokeKey: { args: [kind: KeyKind, id: string, now: EpochMs, by: Doer]; result: TenantConfig };
  /** Signs in by a link: the configuration after it, null where it lets nobody in. */
  enter: { args: [link: Link, now: EpochMs]; result: TenantConfig | null };
  endSession: {
    args: [id: string, expiresAt: EpochMs, now: EpochMs, by: Doer];
    result: TenantConfig;
  };
}

export type Call = { [K in keyof Calls]: { name: K; args: Calls[K]["args"] } }[keyof Calls];
/** A call with the tenant that the actor stands for, which it cannot tell from its id. */
export type Addressed = Call & { tenant: TenantId };

/** A call that changes what the history tells of: one that ends with its author. */
export type RuleCall = Extract<
  Call,
  {
    name:
      | "overrideRule"
      | "createRule"
      | "changeRule"
      | "deleteRule"
      | "createException"
      | "deleteException"
      | "changeSettings"
      | "createMute"
      | "endMute"
      | "inviteMember"
      | "inviteAgain"
      | "changeMember"
      | "disableMember"
      | "changeCaseRules"
      | "createEndpoint"
      | "changeEndpoint"
      | "deleteEndpoint";
  }
>;

/** A call that changes who may come in. */
export type AccessCall = Extract<Call, { name: "addKey" | "revokeKey" | "enter" | "endSession" }>;

/** What the change comes to. */
export function plan(config: TenantConfig, call: RuleCall): Planned {
  switch (call.name) {
    case "overrideRule": {
      const { by, now } = authorOf(call);
      return patchBuiltIn(config, call.args[0], call.args[1], by.name, now);
    }
    case "createRule":
      return createRule(config, call.args[0]);
    case "changeRule":
      return changeRule(config, call.args[0], call.args[1]);
    case "deleteRule":
      return deleteRule(config, call.args[0]);
    case "createException":
      return createException(config, call.args[0], call.args[2]);
    case "deleteException":
      return deleteException(config, call.args[0]);
    case "changeSettings":
      return changeSettings(config, call.args[0]);
    case "createMute":
      return createMute(config, call.args[0], call.args[2]);
    case "endMute":
      return endMute(config, call.args[0]);
    case "inviteMember":
      return inviteMember(config, call.args[0], call.args[2]);
    case "inviteAgain":
      return inviteAgain(config, call.args[0], call.args[1], call.args[3]);
    case "changeMember":
      return changeMember(config, call.args[0], call.args[1]);
    case "disableMember":
      return disableMember(config, call.args[0], call.args[2]);
    case "changeCaseRules":
      return changeCaseRules(config, call.args[0], call.args[1], sha256);
    case "createEndpoint":
      return createEndpoint(config, call.args[0]);
    case "changeEndpoint": {
      const { by, now } = authorOf(call);
      return changeEndpoint(config, call.args[0], call.args[1], by.name, now);
    }
    case "deleteEndpoint":
      return deleteEndpoint(config, call.args[0]);
  }
}

/** Every change of rules ends with who makes it. */
export function authorOf({ args }: RuleCall): { by: Doer; now: EpochMs } {
  const [by, now] = args.slice(-2) as Author;
  return { by: typeof by === "string" ? { ...SYSTEM, name: by } : by, now };
}

/**
 * itty-durable sends arguments in a header, which takes no character beyond Latin-1 and is limited in length
 * (on Cloudflare all headers of a request are at most 128 KB). Base64 of UTF-8 is four bytes for any character
 * at the most; percent-encoding would be nine.
 */
export function encode(text: string): string {
  let binary = "";
  for (const byte of new TextEncoder().encode(text)) binary += String.fromCharCode(byte);
  return btoa(binary);
}

export function decode(text: string): string {
  const bytes = Uint8Array.from(atob(text), (character) => character.charCodeAt(0));
  return new TextDecoder().decode(bytes);
}
