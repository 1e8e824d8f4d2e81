/**
 * Where webhooks may go: public https addresses, in whatever notation they are written. Pure; asked when an
 * endpoint is made or changed, and before each attempt. Names are judged by what they say: what they lead to, the
 * runtime's outbound network checks (see docs/webhooks.md).
 */

export type CheckedUrl = { ok: true; url: URL } | { ok: false; reason: string };

/** `allowPrivate`: LULL_ALLOW_PRIVATE_ENDPOINTS, for tests and labs. */
export function checkEndpointUrl(text: string, allowPrivate: boolean): CheckedUrl {
  // The parser turns every notation of an IPv4 address into four decimal numbers, shortens IPv6, maps full-width
  // letters and dots, and refuses zone ids.
  const url = URL.canParse(text) ? new URL(text) : null;
  if (url === null) return refuse("is not a URL");
  if (url.protocol !== "https:" && !(allowPrivate && url.protocol === "http:"))
    return refuse("must begin with https://");
  if (url.username !== "" || url.password !== "") return refuse("must not hold credentials");
  if (url.hash !== "") return refuse("must not have a fragment");
  if (!allowPrivate && !isPublicHost(url.hostname))
    return refuse("must be a public address: not a private, local or reserved one");
  return { ok: true, url };
}

function refuse(reason: string): CheckedUrl {
  return { ok: false, reason };
}

/** `hostname` as the URL parser writes it. */
function isPublicHost(hostname: string): boolean {
  const host = hostname.replace(/\.+$/, "");
  if (host.startsWith("[")) return isPublicIpv6(host.slice(1, -1));
  return /^[\d.]+$/.test(host) ? isPublicIpv4(host) : isPublicName(host);
}

/** Names that only a private network knows (RFC 6761, 6762, 8375, 9476), or that lead back to this machine. */
const PRIVATE_SUFFIXES = [
  "localhost",
  "localdomain",
  "local",
  "internal",
  "intranet",
  "lan",
  "home",
  "corp",
  "private",
  "home.arpa",
  "arpa",
  "onion",
  "alt",
  "test",
  "invalid",
  "example",
];

function isPublicName(host: string): boolean {
  if (!/^[a-z0-9_]([a-z0-9_-]*[a-z0-9_])?(\.[a-z0-9_]([a-z0-9_-]*[a-z0-9_])?)+$/.test(host))
    return false;
  return !PRIVATE_SUFFIXES.some((suffix) => host.endsWith(`.${suffix}`));
}

/** IANA's special-purpose IPv4 addresses, and multicast: first address and length of prefix. */
const RESERVED_IPV4: readonly (readonly [string, number])[] = [
  ["0.0.0.0", 8],
  ["10.0.0.0", 8],
  ["100.64.0.0", 10],
  ["127.0.0.0", 8],
  ["169.254.0.0", 16],
  ["172.16.0.0", 12],
  ["192.0.0.0", 24],
  ["192.0.2.0", 24],
  ["192.31.196.0", 24],
  ["192.52.193.0", 24],
  ["192.88.99.0", 24],
  ["192.168.0.0", 16],
  ["192.175.48.0", 24],
  ["198.18.0.0", 15],
  ["198.51.100.0", 24],
  ["203.0.113.0", 24],
  ["224.0.0.0", 4],
  ["240.0.0.0", 4],
];

/** Public addresses behind which clouds answer about the machine itself. */
const METADATA_IPV4: ReadonlySet<string> = new Set(["168.63.129.16", "100.100.100.200"]);

function isPublicIpv4(text: string): boolean {
  const address = ipv4(text);
  if (address === null || METADATA_IPV4.has(text)) return false;
  return !RESERVED_IPV4.some(([network, length]) => {
    const size = 2 ** (32 - length);
    return Math.floor(address / size) === Math.floor((ipv4(network) ?? 0) / size);
  });
}

function ipv4(text: string): number | null {
  const parts = text.split(".").map(Number);
  if (parts.length !== 4 || parts.some((part) => !(part >= 0 && part <= 255))) return null;
  return parts.reduce((sum, part) => sum * 256 + part, 0);
}

/** IPv6 in use is 2000::/3; of it these are for documentation, for tunnels to IPv4, and for protocols. */
const RESERVED_IPV6: readonly (readonly [string, number])[] = [
  ["2001:0:", 23],
  ["2001:db8:", 32],
  ["2002:", 16],
  ["2620:4f:8000:", 48],
  ["3fff:", 20],
];

function isPublicIpv6(text: string): boolean {
  const address = ipv6(text);
  if (address === null || !hasPrefix(address, "2000:", 3)) return false;
  return !RESERVED_IPV6.some(([network, length]) => hasPrefix(address, network, length));
}

function hasPrefix(address: bigint, network: string, length: number): boolean {
  const shift = BigInt(128 - length);
  return address >> shift === (ipv6(`${network}:`) ?? 0n) >> shift;
}

/** Eight groups of hexadecimal digits, `::` for those that are zero. */
function ipv6(text: string): bigint | null {
  const [before = "", after] = text.split("::");
  const head = before === "" ? [] : before.split(":");
  const tail = after === undefined || after === "" ? [] : after.split(":");
  const zeros = after === undefined ? 0 : 8 - head.length - tail.length;
  if (zeros < 0) return null;
  const groups = [...head, ...Array.from({ length: zeros }, () => "0"), ...tail];
  if (groups.length !== 8 || groups.some((group) => !/^[0-9a-f]{1,4}$/i.test(group))) return null;
  return groups.reduce((sum, group) => (sum << 16n) + BigInt(`0x${group}`), 0n);
}
