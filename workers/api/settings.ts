/** What a tenant has decided for all of its findings and cases. A change goes through the TenantActor. */
import { drizzle } from "drizzle-orm/d1";
import type { CasePriority } from "../../schema/case.ts";
import { parseResourceId } from "../../schema/ids.ts";
import { MAX_OWNERS_TOLD } from "../../schema/limits.ts";
import { selectOpenOwners } from "../../schema/queries.ts";
import type { Settings, SettingsPatch } from "../../schema/settings.ts";
import { formatDuration } from "../../schema/time.ts";
import { errorText, log } from "../../durable/log.ts";
import { refuse, type Answer } from "../problem.ts";
import { changeRules, type Tenant } from "../tenant.ts";
import { problemOfRefusal } from "./refusals.ts";
import type { Editor } from "./rules.ts";

export function settingsOf({ config }: Tenant): Settings {
  const { coverage, sla } = config;
  const inWords = (priority: CasePriority) => formatDuration(sla[priority]);
  return {
    coverage,
    sla: {
      P1: inWords("P1"),
      P2: inWords("P2"),
      P3: inWords("P3"),
      P4: inWords("P4"),
      P5: inWords("P5"),
    },
  };
}

export async function changeSettings(
  editor: Editor,
  patch: SettingsPatch,
): Promise<Answer<Settings>> {
  const { env, tenant, doer, now } = editor;
  const changed = await changeRules(env, tenant.id, now, (it) =>
    it.changeSettings(patch, doer, now),
  );
  if (!changed.ok) return refuse(problemOfRefusal(changed.refusal));
  const value = settingsOf(changed.tenant);
  if (value.coverage !== tenant.config.coverage) await tellCoverage(editor, changed.tenant);
  return { ok: true, value };
}

/**
 * Who holds open findings hears of it at once, so that they are shown as they stand. Whoever is not told (there are
 * too many, or it failed) asks before anything resolves on silence.
 */
async function tellCoverage({ env }: Editor, { id, config }: Tenant): Promise<void> {
  const mode = { strict: config.coverage === "strict", version: config.version };
  try {
    const owners = await selectOpenOwners(drizzle(env.DB), id, MAX_OWNERS_TOLD);
    const told = await Promise.allSettled(
      owners
        .map(({ owner }) => parseResourceId(owner))
        .filter((owner) => owner !== null)
        .map((owner) => env.HOST_ACTOR.getByName(`${id}/${owner}`).applyCoverage(mode)),
    );
    const failed = told.filter((result) => result.status === "rejected");
    if (failed.length > 0) logUntold(id, failed.length, failed[0]?.reason);
  } catch (error) {
    logUntold(id, null, error);
  }
}

function logUntold(tenant: string, failed: number | null, error: unknown): void {
  log("warn", "settings.change_not_told", { tenant, failed, error: errorText(error) });
}
