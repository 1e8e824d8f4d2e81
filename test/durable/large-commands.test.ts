/** A batch may tell an actor more than a row of its storage can hold. */
import { runInDurableObject } from "cloudflare:test";
import { beforeEach, expect, test } from "vitest";
import { batch, gcc, Site, stopClock, unique } from "../workers/support.ts";
import { evict } from "./support.ts";

beforeEach(stopClock);

/** What Cloudflare lets a row be; workerd alone sets no limit. */
const MAX_ROW_BYTES = 2_000_000;

/** Widths of 2, 3 and 4 bytes; the pairs of the last stand at every place, the one where a row ends too. */
test.each(["é", "日", "😀", "a😀"])(
  "a large command of %s is kept whole, in rows that the platform takes",
  async (letter) => {
    const site = await Site.open();
    const host = unique("host");
    const text = letter.repeat(Math.floor(512 / letter.length));
    const events = Array.from({ length: 900 }, (_, i) =>
      gcc(`${i}-${host}`, { message: text, process: { name: "gcc", args: [text] } }),
    );
    const body = batch(host, events);
    expect(await site.send(body)).toMatchObject({ accepted: 900, findings: 900 });

    const rows = await runInDurableObject(site.actor(`host:${host}`), (_, state) =>
      state.storage.sql
        .exec<{ bytes: number }>("SELECT length(CAST(command AS BLOB)) AS bytes FROM journal")
        .toArray(),
    );
    expect(rows.length).toBeGreaterThan(1);
    for (const { bytes } of rows) expect(bytes).toBeLessThan(MAX_ROW_BYTES);

    await evict(site, `host:${host}`);
    expect(await site.send(body)).toMatchObject({ accepted: 0, duplicate: 900 });
    await site.alarm(`host:${host}`);
    const { items } = await site.findings("?limit=1");
    const finding = await site.finding(items[0]?.id ?? "");
    expect(finding.samples.latest[0]?.process?.args).toEqual([text]);
  },
);
