/**
 * A bounded memory of what was worked out before.
 * Contract: holds at most twice `half` entries; what was asked for among the last `half` different keys is
 * still there, so that a flood of new keys cannot push out what is in use.
 */
export class Memo<V extends object> {
  readonly #half: number;
  #fresh = new Map<string, V>();
  #stale = new Map<string, V>();

  constructor(half: number) {
    this.#half = half;
  }

  get(key: string): V | undefined {
    const value = this.#fresh.get(key);
    if (value !== undefined) return value;
    const old = this.#stale.get(key);
    if (old !== undefined) this.set(key, old);
    return old;
  }

  set(key: string, value: V): void {
    if (this.#fresh.size >= this.#half) {
      this.#stale = this.#fresh;
      this.#fresh = new Map();
    }
    this.#fresh.set(key, value);
  }
}
