/** Input made to break a parser: values that JSON can hold and no agent sends, and real events with damage done to them. */
import * as fc from "fast-check";

/** Names that every object has, and what normalisers take apart. */
const HOSTILE_TEXTS = [
  "__proto__",
  "constructor",
  "toString",
  "valueOf",
  "hasOwnProperty",
  "",
  " ",
  "<NA>",
  "null",
  "\0",
  "\ud800",
  "x\udc00",
  "\u202e\u2028",
  "-1",
  "0x10",
  "1e308",
  "9223372036854775807",
  "%0A%00%01%bb%zz%zz",
  "%",
  '"a "b "c',
  "docker://",
  "10.0.0.9:1->[::1]:99999",
  "1795514398.120:1",
  "2026-11-24T09:59:58Z",
  "9999-12-31T23:59:59Z",
  "{}",
  "[]",
  '{"rule":1,"priority":{}}',
  // In lower case it is twice as long.
  "İ".repeat(5_000),
  "é😀".repeat(2_000),
  "a b ".repeat(3_000),
  "-".repeat(9_000),
] as const;

/** Stands for a number that JSON can write and a double cannot hold. */
const INT64 = "@int64@";

const hostileText = fc.oneof(
  fc.constantFrom(...HOSTILE_TEXTS),
  fc.string({ unit: "binary", maxLength: 20 }),
);
const hostileNumber = fc.constantFrom(
  0,
  -0,
  -1,
  0.5,
  65_536,
  4_294_967_295,
  2 ** 53,
  2 ** 63,
  -(2 ** 63),
  5e-324,
  1e308,
  -1e308,
  8.64e15,
  1_795_514_398_120,
);

function nested(depth: number): unknown {
  let value: unknown = 1;
  for (let i = 0; i < depth; i++) value = i % 2 === 0 ? [value] : { log: value };
  return value;
}

/** Anything that a JSON text can say, and the more likely the worse it is. */
export const hostileValue: fc.Arbitrary<unknown> = fc.letrec((tie) => ({
  value: fc.oneof(
    { maxDepth: 3, withCrossShrink: true },
    hostileText,
    hostileNumber,
    fc.constantFrom(null, true, false, INT64),
    fc.integer({ min: 25, max: 200 }).map(nested),
    fc.nat(90).map((length) => Array.from({ length }, () => "x".repeat(600))),
    fc.array(tie("value"), { maxLength: 4 }),
    // `fromEntries` makes an own property of `__proto__`, as JSON.parse does.
    fc
      .array(fc.tuple(hostileText, tie("value")), { maxLength: 4 })
      .map((entries) => Object.fromEntries(entries)),
    // What a conversion to text would call.
    fc.constant({ seconds: 1_795_514_398, toString: 1, valueOf: 1 }),
  ),
})).value;

/** The JSON text of a value. */
export function textOf(value: unknown): string {
  return JSON.stringify(value).replaceAll(`"${INT64}"`, "9223372036854775807");
}

const DAMAGES = [
  "replace",
  "delete",
  "rename",
  "wrap",
  "list",
  "copy",
  "swap",
  "quote",
  "stretch",
  "cut",
] as const;

/** One thing done to an event: where, and from where, as numbers that lead to a place in whatever tree. */
interface Damage {
  what: (typeof DAMAGES)[number];
  at: number;
  from: number;
  name: string;
  value: unknown;
}

const damage: fc.Arbitrary<Damage> = fc.record({
  what: fc.constantFrom(...DAMAGES),
  at: fc.nat(10_000),
  from: fc.nat(10_000),
  name: hostileText,
  value: hostileValue,
});

/** One of the events, with up to six things done to it. */
export function damaged(events: readonly unknown[]): fc.Arbitrary<unknown> {
  return fc
    .tuple(fc.constantFrom(...events), fc.array(damage, { minLength: 1, maxLength: 6 }))
    .map(([event, damages]) => {
      // In a list, so that the event itself is a place like any other.
      const root = [structuredClone(event)];
      for (const one of damages) inflict(root, one);
      return root[0];
    });
}

interface Place {
  holder: Record<string, unknown>;
  key: string;
}

/** Every property of the tree. */
function placesOf(value: unknown, places: Place[] = []): Place[] {
  if (typeof value !== "object" || value === null || places.length > 2_000) return places;
  const holder = value as Record<string, unknown>;
  for (const key of Object.keys(holder)) {
    places.push({ holder, key });
    placesOf(holder[key], places);
  }
  return places;
}

function set({ holder }: Place, key: string, value: unknown): void {
  // An assignment to `__proto__` would change the object's prototype, which no JSON text can.
  Object.defineProperty(holder, key, {
    value,
    configurable: true,
    enumerable: true,
    writable: true,
  });
}

function inflict(root: unknown[], { what, at, from, name, value }: Damage): void {
  const places = placesOf(root);
  const place = places[at % places.length];
  const other = places[from % places.length];
  if (place === undefined || other === undefined) return;
  const { holder, key } = place;
  const found = holder[key];
  const elsewhere = structuredClone(other.holder[other.key]);
  switch (what) {
    case "replace":
      return set(place, key, structuredClone(value));
    case "delete":
      if (Array.isArray(holder)) set(place, key, null);
      else delete holder[key];
      return;
    case "rename":
      if (Array.isArray(holder)) return;
      delete holder[key];
      return set(place, name, found);
    case "wrap":
      return set(place, key, { value: found, [name]: found });
    case "list":
      return set(place, key, [found, found]);
    case "copy":
      return set(place, key, elsewhere);
    case "swap":
      set(other, other.key, structuredClone(found));
      return set(place, key, elsewhere);
    case "quote":
      return set(place, key, textOf(found ?? null));
    case "stretch":
      if (typeof found === "string") set(place, key, found.repeat(2_000).slice(0, 30_000));
      return;
    case "cut":
      if (typeof found === "string") set(place, key, found.slice(0, from % (found.length + 1)));
  }
}
