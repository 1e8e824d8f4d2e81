/**
 * Undoes zstd, which no DecompressionStream of the platform does.
 * Contract: gives no more than `limit` bytes, and a frame whose window is larger than RFC 9659 allows for HTTP is refused.
 */
import { constants, zstdDecompressSync } from "node:zlib";
import { MAX_ZSTD_FRAMES } from "../../schema/limits.ts";

/** 8 MiB (RFC 9659, section 3). */
const WINDOW_LOG_MAX = 23;

/**
 * All frames of `input`, one after the other; or which limit they pass: in all they may hold `limit` bytes.
 * Throws if they are damaged.
 */
export function inflateZstd(input: Uint8Array, limit: number): Uint8Array[] | "bytes" | "frames" {
  const frames: Uint8Array[] = [];
  let size = 0;
  for (let at = 0; at < input.byteLength;) {
    if (frames.length === MAX_ZSTD_FRAMES) return "frames";
    const frame = inflateFrame(input.subarray(at), limit);
    if (frame === null) return "bytes";
    size += frame.buffer.byteLength;
    if (size > limit) return "bytes";
    frames.push(frame.buffer);
    if (frame.engine.bytesWritten <= 0) throw new Error("a frame took nothing");
    at += frame.engine.bytesWritten;
  }
  return frames;
}

/** The first frame of `input`; null where it holds more than `limit` bytes. */
function inflateFrame(input: Uint8Array, limit: number) {
  try {
    return zstdDecompressSync(input, {
      info: true,
      maxOutputLength: limit,
      params: { [constants.ZSTD_d_windowLogMax]: WINDOW_LOG_MAX },
    });
  } catch (error) {
    if (error instanceof RangeError) return null;
    throw error;
  }
}
