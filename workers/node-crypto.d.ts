/** The one part of `node:crypto` that the Worker uses, by nodejs_compat; workers-types has no types for it. */
declare module "node:crypto" {
  interface Hash {
    update(text: string): Hash;
    digest(encoding: "hex"): string;
  }
  function createHash(algorithm: "sha256"): Hash;
}
