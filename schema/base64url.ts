/** Text as it can stand in an address: Base64 of its UTF-8, in the alphabet of RFC 4648 §5, without padding. */

/** As bytes, since btoa takes no character beyond Latin-1, and workloads are called whatever people like. */
export function encodeText(text: string): string {
  return btoa(String.fromCodePoint(...new TextEncoder().encode(text)))
    .replaceAll("+", "-")
    .replaceAll("/", "_")
    .replaceAll("=", "");
}

/** Throws where it is no Base64. */
export function decodeText(encoded: string): string {
  const binary = atob(encoded.replaceAll("-", "+").replaceAll("_", "/"));
  return new TextDecoder().decode(Uint8Array.from(binary, (character) => character.charCodeAt(0)));
}
