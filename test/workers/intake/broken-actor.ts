/** A host's actor that cannot commit, until it is repaired. It must exist to be broken. */
import { runInDurableObject } from "cloudflare:test";
import type { Site } from "../support.ts";

export async function breakActor(site: Site, owner: string): Promise<void> {
  await runInDurableObject(site.actor(owner), (_, state) => {
    state.storage.sql.exec("ALTER TABLE batches RENAME TO batches_away");
  });
}

export async function repairActor(site: Site, owner: string): Promise<void> {
  await runInDurableObject(site.actor(owner), (_, state) => {
    state.storage.sql.exec("ALTER TABLE batches_away RENAME TO batches");
  });
}
