/**
 * Undoes zstd, which no DecompressionStream of the platform does.
 * Contract: gives no more than `limit` bytes, and a frame whose window is larger than RFC 9659 allows for HTTP is refused.
 */
import { constants, zstdDecompressSync } from "node:zlib";

/** 8 MiB (RFC 9659, section 3). */
const WINDOW_LOG_MAX = 23;

/** All frames of `input`, one after the other; null where they hold more than `limit` bytes. Throws if they are damaged. */
export function inflateZstd(input: Uint8Array, limit: number): Uint8Array[] | null {
  const frames: Uint8Array[] = [];
  let size = 0;
  for (let at = 0; at < input.byteLength;) {
    const frame = inflateFrame(input.subarray(at), limit);
    if (frame === null) return null;
    size += frame.buffer.byteLength;
    if (size > limit) return null;
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
