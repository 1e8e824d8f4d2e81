/** The part of `node:zlib` that the Worker and its tests use, by nodejs_compat; workers-types has no types for it. */
declare module "node:zlib" {
  export const constants: {
    readonly ZSTD_c_windowLog: number;
    readonly ZSTD_d_windowLogMax: number;
  };
  interface ZstdOptions {
    params?: Record<number, number>;
  }
  /** `bytesWritten`: how much of the input the first frame took. */
  export function zstdDecompressSync(
    input: Uint8Array,
    options: ZstdOptions & { info: true; maxOutputLength: number },
  ): { buffer: Uint8Array; engine: { bytesWritten: number } };
  export function zstdCompressSync(
    input: Uint8Array,
    options?: ZstdOptions,
  ): Uint8Array<ArrayBuffer>;
}
