/** What `env` and `exports` from cloudflare:workers hold in tests. */
import type { Env as LullEnv } from "../../workers/env.ts";
import type * as Main from "../../workers/index.ts";

declare global {
  namespace Cloudflare {
    // Global augmentation merges interfaces only.
    interface Env extends LullEnv {}
    interface GlobalProps {
      mainModule: typeof Main;
      durableNamespaces: "EndpointActor" | "HostActor" | "LedgerActor" | "TenantActor";
    }
  }
}
