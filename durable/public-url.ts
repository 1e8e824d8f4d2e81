/** Where people find Lull, for links in what it sends. */
export interface PublicUrlEnv {
  /** An origin, such as `https://lull.example.com`; absent or empty: nobody has said it. */
  LULL_PUBLIC_URL?: string;
}

/** Without a slash at the end; null where nobody has said it. */
export function publicUrlOf({ LULL_PUBLIC_URL: url = "" }: PublicUrlEnv): string | null {
  return url === "" ? null : url.replace(/\/+$/, "");
}
