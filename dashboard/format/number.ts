/** Counts in words and digits. */

const digits = new Intl.NumberFormat("en-GB");
const compact = new Intl.NumberFormat("en-GB", { notation: "compact", maximumFractionDigits: 1 });

/** "12,480" */
export function exactCount(n: number): string {
  return digits.format(n);
}

/** "12.5K" from ten thousand on, for columns. */
export function count(n: number): string {
  return n < 10_000 ? digits.format(n) : compact.format(n);
}

/** "1 finding", "41 findings". */
export function counted(n: number, one: string, many = `${one}s`): string {
  return `${digits.format(n)} ${n === 1 ? one : many}`;
}

/** A share as whole percent; never 100 % before it is whole, never 0 % once begun. */
export function percent(share: number): string {
  if (share >= 1) return "100 %";
  if (share <= 0) return "0 %";
  return `${Math.min(99, Math.max(1, Math.round(share * 100)))} %`;
}
