/**
 * Tells the ledger, cases and endpoints what a drain has written. Contract: telling it again changes nothing; what
 * one of them refuses is thrown, and the outbox keeps the messages until all have them.
 */
import type { TenantId } from "../schema/ids.ts";
import { tellCaseNews } from "./cases/news.ts";
import { followFindings } from "./cases/follow.ts";
import { recentConfig } from "./current-config.ts";
import { entriesOf } from "./domain/finding-ledger.ts";
import type { HostState, OutboxMessage } from "./domain/model.ts";
import type { TenantConfig } from "./domain/tenant.ts";
import { attachedTo, happeningsOf, newsAmong } from "./host-news.ts";
import { writeDown } from "./ledger.ts";
import { hasListeners, publish, type PublishEnv } from "./publish.ts";

export interface HostPublishEnv extends PublishEnv {
  DB: D1Database;
  TENANT_ACTOR: DurableObjectNamespace;
}

/** `read`: the tenant's configuration, where the drain has read it anyway. */
export async function publishMessages(
  env: HostPublishEnv,
  tenant: TenantId,
  state: HostState,
  messages: readonly OutboxMessage[],
  read: TenantConfig | null,
): Promise<void> {
  const entries = entriesOf(messages);
  if (entries.length > 0) await writeDown(env, tenant, entries);
  const now = Date.now();
  const recent = async () => read ?? recentConfig(env.TENANT_ACTOR, tenant, now);
  const touched = await followFindings(env.DB, tenant, messages, recent, now);
  // What fails of it is logged, and told by the sweep.
  for (const id of touched) await tellCaseNews(env, { tenant, id }, now);
  const news = newsAmong(messages);
  if (news.length === 0) return;
  const config = await recent();
  if (!hasListeners(config)) return;
  const attached = await attachedTo(env.DB, tenant, news);
  await publish(env, tenant, config, happeningsOf(state, news, attached, now));
}
