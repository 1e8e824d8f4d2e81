/** What an endpoint signs with, and what its receiver asks for: sealed on disk, opened for an attempt. */
import { FORMATS } from "../schema/endpoint-formats.ts";
import type { EpochMs } from "../schema/time.ts";
import type { EndpointRecord } from "./domain/endpoint.ts";
import { credentialPurpose, newSecret, seal, unseal } from "./endpoint-secrets.ts";
import type { EndpointIdentity, EndpointStorage } from "./endpoint-storage.ts";

export class EndpointKeys {
  readonly #storage: EndpointStorage;
  /** LULL_SECRET, from which the key that seals them follows. */
  readonly #root: string;

  constructor(storage: EndpointStorage, root: string) {
    this.#storage = storage;
    this.#root = root;
  }

  /** Not stored yet. */
  async newSecret(identity: EndpointIdentity): Promise<{ secret: string; sealed: string }> {
    const secret = newSecret();
    return { secret, sealed: await seal(this.#root, identity, secret) };
  }

  /** In force, the newest first; without those that cannot be opened. */
  async secrets(identity: EndpointIdentity, now: EpochMs): Promise<string[]> {
    const opened = this.#storage
      .secrets(now)
      .map(({ sealed }) => unseal(this.#root, identity, sealed));
    return (await Promise.all(opened)).filter((secret) => secret !== null);
  }

  /** Null: it is forgotten. */
  async setCredential(
    identity: EndpointIdentity,
    credential: { text: string; purpose: string } | null,
  ): Promise<void> {
    if (credential === null) return this.#storage.saveCredential(null);
    const { text, purpose } = credential;
    const sealed = await seal(this.#root, identity, text);
    this.#storage.saveCredential({ sealed, purpose });
  }

  /** Empty where the format needs none; null: it needs one, and there is none for what the endpoint is now. */
  async credential(identity: EndpointIdentity, endpoint: EndpointRecord): Promise<string | null> {
    if (!FORMATS[endpoint.format].credential) return "";
    const sealed = this.#storage.credential(credentialPurpose(endpoint));
    return sealed === null ? null : unseal(this.#root, identity, sealed);
  }
}
