/** What keeps one key, or one tenant, from taking everything: a rate for each key, a daily quota for each tenant. */
import type { Context, MiddlewareHandler } from "hono";
import { errorText, log } from "../../durable/log.ts";
import type { App } from "../auth/authenticate.ts";
import { dailyQuota, receivedToday } from "../outcomes/quota.ts";
import { KeyRates } from "./rate.ts";
import { refused } from "./request.ts";

/** The isolate's own. */
const RATES = new KeyRates();

const DAY_MS = 86_400_000;
/** The binding's period (wrangler.toml): after it the key is let in again. */
const RATE_PERIOD_S = 60;

/** 429 for a key that sends more requests a minute than wrangler.toml allows; before its body is read. */
export const rateLimit: MiddlewareHandler<App> = async (c, next) => {
  const { caller, now } = c.var;
  const key = `${caller.tenant.id}/${caller.id}`;
  const ask = async () => {
    const { success } = await c.env.INTAKE_RATE.limit({ key }).catch(letIn(c));
    return success;
  };
  if (await RATES.admits(key, now, ask)) return next();
  return refused(c, {
    status: 429,
    code: "rate_limited",
    detail:
      "This key sends more requests than its rate allows. Send larger batches, or give each part of the fleet a key of its own.",
    retryAfter: RATE_PERIOD_S,
  });
};

/** 429 until the day (UTC) is over, where a batch would pass the tenant's quota; null lets it in. */
export async function overQuota(c: Context<App>, events: number): Promise<Response | null> {
  const quota = dailyQuota(c.env);
  if (quota === null || events === 0) return null;
  const { caller, now } = c.var;
  const received = await receivedToday(c.env, caller.tenant.id, now).catch(letIn(c));
  if (typeof received === "object" || received + events <= quota) return null;
  return refused(c, {
    status: 429,
    code: "daily_quota",
    detail: `The tenant's daily quota of ${quota} events is used up; ${received} have been received since 00:00 UTC. Nothing of this batch was counted.`,
    limit: quota,
    retryAfter: Math.ceil((DAY_MS - (now % DAY_MS)) / 1_000),
  });
}

/** Where nobody can tell how much there has been, all are let in: no event is lost for want of a count. */
function letIn(c: Context<App>) {
  return (error: unknown) => {
    log("warn", "limit.unknown", { tenant: c.var.caller.tenant.id, error: errorText(error) });
    return { success: true };
  };
}
