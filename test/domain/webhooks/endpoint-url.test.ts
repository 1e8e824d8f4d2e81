/** Where webhooks may go: nowhere private, however the address is written. */
import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { checkEndpointUrl } from "../../../durable/endpoint-url.ts";

const isAllowed = (url: string) => checkEndpointUrl(url, false).ok;

describe("public addresses are allowed", () => {
  test.each([
    "https://hooks.example.com/lull",
    "https://hooks.example.com.:8443/a?b=c",
    "https://hooks.slack.com/services/T0/B0/x",
    "https://93.184.216.34/x",
    "https://[2606:2800:220:1:248:1893:25c8:1946]/",
    "https://xn--bcher-kva.example.com/",
    "https://bücher.example.com/",
    "https://172.15.0.1/",
    "https://172.32.0.1/",
    "https://100.63.255.255/",
    "https://223.255.255.255/",
  ])("%s", (url) => {
    expect(checkEndpointUrl(url, false)).toMatchObject({ ok: true });
  });
});

describe("refused:", () => {
  test.each([
    ["no URL", "hooks.example.com"],
    ["http", "http://hooks.example.com/"],
    ["another protocol", "ftp://hooks.example.com/"],
    ["a file", "file:///etc/passwd"],
    ["a name and password", "https://user:pass@hooks.example.com/"],
    ["a name", "https://user@hooks.example.com/"],
    ["a name that looks like the host", "https://hooks.example.com@127.0.0.1/"],
    ["a fragment", "https://hooks.example.com/#a"],
    ["loopback", "https://127.0.0.1/"],
    ["all of loopback", "https://127.255.255.254/"],
    ["loopback, short", "https://127.1/"],
    ["loopback, decimal", "https://2130706433/"],
    ["loopback, hexadecimal", "https://0x7f000001/"],
    ["loopback, octal", "https://0177.0.0.1/"],
    ["loopback, mixed", "https://0x7f.1/"],
    ["loopback, with a dot", "https://127.0.0.1./"],
    ["loopback, full-width", "https://１２７。０。０。１/"],
    ["loopback, percent-encoded", "https://%31%32%37.0.0.1/"],
    ["nothing", "https://0/"],
    ["this network", "https://0.0.0.0/"],
    ["private 10", "https://10.1.2.3/"],
    ["private 172", "https://172.16.0.1/"],
    ["private 172, the end", "https://172.31.255.255/"],
    ["private 192", "https://192.168.1.1/"],
    ["link-local, metadata", "https://169.254.169.254/latest/meta-data"],
    ["metadata, hexadecimal", "https://0xa9fea9fe/"],
    ["CGNAT", "https://100.64.0.1/"],
    ["metadata of Alibaba", "https://100.100.100.200/"],
    ["metadata of Azure", "https://168.63.129.16/"],
    ["documentation", "https://192.0.2.1/"],
    ["documentation 2", "https://198.51.100.1/"],
    ["documentation 3", "https://203.0.113.1/"],
    ["benchmarks", "https://198.19.0.1/"],
    ["6to4 relay", "https://192.88.99.1/"],
    ["multicast", "https://224.0.0.1/"],
    ["reserved", "https://240.0.0.1/"],
    ["broadcast", "https://255.255.255.255/"],
    ["IPv6 loopback", "https://[::1]/"],
    ["IPv6 loopback, long", "https://[0:0:0:0:0:0:0:1]/"],
    ["IPv6 nothing", "https://[::]/"],
    ["IPv6-mapped", "https://[::ffff:127.0.0.1]/"],
    ["IPv6-mapped, hexadecimal", "https://[::ffff:7f00:1]/"],
    ["IPv6-mapped public", "https://[::ffff:93.184.216.34]/"],
    ["IPv4-compatible", "https://[::127.0.0.1]/"],
    ["NAT64", "https://[64:ff9b::7f00:1]/"],
    ["NAT64, local", "https://[64:ff9b:1::a00:1]/"],
    ["6to4", "https://[2002:7f00:1::]/"],
    ["Teredo", "https://[2001:0:53aa:64c:0:fffe:80ff:fffe]/"],
    ["IPv6 documentation", "https://[2001:db8::1]/"],
    ["IPv6 documentation 2", "https://[3fff::1]/"],
    ["unique local", "https://[fd00:ec2::254]/"],
    ["unique local 2", "https://[fc00::1]/"],
    ["IPv6 link-local", "https://[fe80::1]/"],
    ["IPv6 with a zone", "https://[fe80::1%25eth0]/"],
    ["site-local", "https://[fec0::1]/"],
    ["IPv6 multicast", "https://[ff02::1]/"],
    ["discard", "https://[100::1]/"],
    ["localhost", "https://localhost/"],
    ["localhost, upper case", "https://LOCALHOST:8080/"],
    ["localhost with a dot", "https://localhost./"],
    ["a name below localhost", "https://a.localhost/"],
    ["a single label", "https://intranet/"],
    ["mDNS", "https://printer.local/"],
    ["internal", "https://metadata.google.internal/"],
    ["internal with a dot", "https://metadata.google.internal./"],
    ["home", "https://router.home.arpa/"],
    ["onion", "https://abcdefghij.onion/"],
    ["Kubernetes", "https://api.default.svc.cluster.local/"],
    ["an empty label", "https://a..example.com/"],
    ["no host", "https:///path"],
  ])("%s: %s", (_, url) => {
    expect(isAllowed(url)).toBe(false);
  });
});

describe("whatever the notation", () => {
  const RANGES = [
    [0x0a00_0000, 2 ** 24],
    [0x7f00_0000, 2 ** 24],
    [0xa9fe_0000, 2 ** 16],
    [0xac10_0000, 2 ** 20],
    [0xc0a8_0000, 2 ** 16],
    [0x6440_0000, 2 ** 22],
    [0xe000_0000, 2 ** 29],
  ] as const;
  const addresses = fc
    .constantFrom(...RANGES)
    .chain(([from, size]) => fc.nat(size - 1).map((n) => from + n));

  test("no private IPv4 address is allowed", () => {
    fc.assert(
      fc.property(addresses, fc.constantFrom("", "."), (address, dot) => {
        const [a = 0, b = 0, c = 0, d = 0] = [24, 16, 8, 0].map((by) => (address >>> by) & 255);
        const octal = (n: number) => `0${n.toString(8)}`;
        const hex = (n: number) => `0x${n.toString(16)}`;
        const group = (x: number, y: number) => ((x << 8) + y).toString(16);
        for (const host of [
          [a, b, c, d].join("."),
          String(address),
          hex(address),
          octal(address),
          [octal(a), hex(b), c, octal(d)].join("."),
          `${a}.${b * 65_536 + c * 256 + d}`,
          `${a}.${b}.${c * 256 + d}`,
        ])
          expect(isAllowed(`https://${host}${dot}/`), host).toBe(false);
        for (const prefix of ["::ffff:", "::", "64:ff9b::", "64:ff9b:1::"])
          expect(isAllowed(`https://[${prefix}${group(a, b)}:${group(c, d)}]/`)).toBe(false);
        expect(isAllowed(`https://[2002:${group(a, b)}:${group(c, d)}::1]/`)).toBe(false);
      }),
    );
  });

  test("no IPv6 address outside of the global ones is allowed", () => {
    const groups = fc.array(fc.nat(0xffff), { minLength: 7, maxLength: 7 });
    const first = fc.nat(0xffff).filter((n) => n < 0x2000 || n > 0x3fff);
    fc.assert(
      fc.property(first, groups, (head, rest) => {
        const text = [head, ...rest].map((n) => n.toString(16)).join(":");
        expect(isAllowed(`https://[${text}]/`)).toBe(false);
      }),
    );
  });

  test("no text makes the check throw", () => {
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.webUrl()), fc.boolean(), (text, allow) => {
        expect(typeof checkEndpointUrl(text, allow).ok).toBe("boolean");
      }),
    );
  });
});

test("tests and labs may allow private addresses and http, but no credentials", () => {
  expect(checkEndpointUrl("http://127.0.0.1:9000/x", true).ok).toBe(true);
  expect(checkEndpointUrl("http://receiver:9000/x", true).ok).toBe(true);
  expect(checkEndpointUrl("http://a:b@127.0.0.1/", true).ok).toBe(false);
});
