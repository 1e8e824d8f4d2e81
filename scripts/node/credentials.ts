/**
 * What a person needs to use an instance: an agent key, an API token and a sign-in link, all derived
 * from the instance's secret. Keys are the same at every start; each link is new and works once.
 */
import { mintAgentKey, mintApiToken, mintSignInToken } from "../../workers/auth/tokens.ts";

export interface Credentials {
  url: string;
  agentKey: string;
  apiToken: string;
  signInUrl: string;
}

const TENANT = "default";
/** The id of the key and the token that exist without anyone having made them. */
const FIRST = "first";

export async function mintCredentials(
  secret: string,
  url: string,
  nowMs: number,
): Promise<Credentials> {
  const token = await mintSignInToken(secret, { tenant: TENANT, nowMs });
  return {
    url,
    agentKey: await mintAgentKey(secret, { tenant: TENANT, keyId: FIRST }),
    apiToken: await mintApiToken(secret, { tenant: TENANT, tokenId: FIRST }),
    signInUrl: `${url}/sign-in?token=${token}`,
  };
}

/** An event to try, as a shell line: a compiler run in a container. */
export function curlLine({ url, agentKey }: Credentials, nowMs: number): string {
  const batch = {
    agent: { id: "try", kind: "native", host: { name: "my-host" } },
    events: [
      {
        time: new Date(nowMs).toISOString(),
        kind: "process",
        action: "exec",
        container: { id: "c0ffee000001", name: "api", image: "shop/api:1.4" },
        process: { exe: "/usr/bin/gcc", name: "gcc", args: ["-O2", "x.c"] },
      },
    ],
  };
  return `curl ${url}/v1/events -H 'Authorization: Bearer ${agentKey}' -H 'Content-Type: application/json' -d '${JSON.stringify(batch)}'`;
}
