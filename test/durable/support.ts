/** What tests of the actors do besides talking HTTP: look into them, break D1 under them, sweep. */
import { createScheduledController, evictDurableObject, runInDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { z } from "zod";
import { episodeSchema } from "../../schema/finding.ts";
import { replay, UnsavedEffects } from "../../durable/domain/journal.ts";
import { HostStorage } from "../../durable/host-storage.ts";
import worker from "../../workers/index.ts";
import { okJson, type Site } from "../workers/support.ts";

/** Takes the actor's memory away; what it knows after that, it has read from its storage. */
export function evict(site: Site, owner: string): Promise<void> {
  return evictDurableObject(site.actor(owner));
}

/** When the owner's alarm is set to fire, or null. */
export function alarmOf(site: Site, owner: string): Promise<number | null> {
  return runInDurableObject(site.actor(owner), (_, state) => state.storage.getAlarm());
}

/** How many rows the owner's tables hold; none of its tables: it holds nothing at all. */
export function rowsOf(site: Site, owner: string): Promise<Record<string, number>> {
  return runInDurableObject(site.actor(owner), (_, state) => {
    const tables = state.storage.sql
      .exec<{ name: string }>(
        "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE '\\_cf%' ESCAPE '\\' AND name NOT LIKE 'sqlite%'",
      )
      .toArray();
    return Object.fromEntries(
      tables.map(({ name }) => [
        name,
        state.storage.sql.exec<{ n: number }>(`SELECT count(*) AS n FROM ${name}`).one().n,
      ]),
    );
  });
}

/** How much the owner would know if it woke now: what was saved, and the journal decided again. */
export function heldBy(
  site: Site,
  owner: string,
): Promise<{ findings: number; resources: number; outbox: number }> {
  return runInDurableObject(site.actor(owner), (_, state) => {
    const storage = new HostStorage(state.storage);
    const identity = storage.identity();
    if (identity === null) return { findings: 0, resources: 0, outbox: 0 };
    const saved = storage.load(identity.owner);
    const held = replay(saved, storage.journal(), new UnsavedEffects());
    return {
      findings: held.findings.size,
      resources: held.resources.size,
      outbox: held.outbox.length,
    };
  });
}

export async function outboxOf(site: Site, owner: string): Promise<number> {
  return (await heldBy(site, owner)).outbox;
}

/** Runs the cron handler as the platform does, and waits for what it leaves running. */
export async function cron(): Promise<void> {
  await worker.scheduled(createScheduledController(), env);
}

/** While `during` runs, D1 has no table of that name. */
export async function withoutTable<T>(table: string, during: () => Promise<T>): Promise<T> {
  await env.DB.exec(`ALTER TABLE ${table} RENAME TO ${table}_away`);
  try {
    return await during();
  } finally {
    await env.DB.exec(`ALTER TABLE ${table}_away RENAME TO ${table}`);
  }
}

/** While `during` runs, D1 refuses what this owner writes of findings, though it can be read. */
export async function refusingWritesOf<T>(owner: string, during: () => Promise<T>): Promise<T> {
  for (const on of ["INSERT", "UPDATE"]) {
    await env.DB.exec(
      `CREATE TRIGGER refuse_${on} BEFORE ${on} ON findings WHEN NEW.owner = '${owner}' BEGIN SELECT RAISE(ABORT, 'refused'); END`,
    );
  }
  try {
    return await during();
  } finally {
    for (const on of ["INSERT", "UPDATE"]) await env.DB.exec(`DROP TRIGGER refuse_${on}`);
  }
}

const episodesPage = z.object({ items: z.array(episodeSchema), nextCursor: z.string().nullable() });

export async function episodesOf(
  site: Site,
  finding: string,
  query = "",
): Promise<z.infer<typeof episodesPage>> {
  const response = await site.api(`/findings/${finding}/episodes${query}`);
  return episodesPage.parse(await okJson(response));
}
