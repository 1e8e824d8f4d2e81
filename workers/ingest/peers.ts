/** Socket addresses as agents print them. Pure. */

export interface Endpoint {
  ip: string;
  port: number;
}

/**
 * Both ends of `10.0.0.9:43812->10.96.0.1:443`: who connected, and to whom; null if the text is no such pair.
 * IPv6 is printed without brackets, so the port is what follows the last colon.
 */
export function parsePeers(text: string): { client: Endpoint; server: Endpoint } | null {
  const arrow = text.indexOf("->");
  if (arrow <= 0) return null;
  const client = parseEndpoint(text.slice(0, arrow));
  const server = parseEndpoint(text.slice(arrow + 2));
  return client === null || server === null ? null : { client, server };
}

/** `ip:port`, or null. */
export function parseEndpoint(text: string): Endpoint | null {
  const colon = text.lastIndexOf(":");
  if (colon <= 0 || colon === text.length - 1 || text.length - colon > 6) return null;
  const port = Number(text.slice(colon + 1));
  const ip = plainIp(text.slice(0, colon));
  return Number.isInteger(port) && port >= 0 && port <= 65_535 && isIp(ip) ? { ip, port } : null;
}

/** An address without brackets, and an IPv4 address in IPv6 clothes as the IPv4 address that it is. */
export function plainIp(text: string): string {
  const ip = text.startsWith("[") && text.endsWith("]") ? text.slice(1, -1) : text;
  return ip.startsWith("::ffff:") && ip.includes(".") ? ip.slice(7) : ip;
}

function isIp(text: string): boolean {
  let dots = 0;
  let colons = 0;
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i);
    if (code === 46) dots++;
    else if (code === 58) colons++;
    else if (!isHexDigit(code)) return false;
  }
  return dots === 3 || colons >= 2;
}

function isHexDigit(code: number): boolean {
  return (code >= 48 && code <= 57) || (code >= 97 && code <= 102) || (code >= 65 && code <= 70);
}
