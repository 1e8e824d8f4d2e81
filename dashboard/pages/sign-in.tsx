/** The sign-in page, served by workers/ where there is no session: it says how to get one. */
import { Brand, Document } from "../parts/document.tsx";

/** Why the last attempt failed; null on a first visit. */
export type SignInProblem = "used" | "expired" | "invalid" | "signed_out" | null;

const PROBLEMS: Readonly<Record<Exclude<SignInProblem, null>, string>> = {
  used: "This sign-in link has been used. Each link works once.",
  expired: "This sign-in link has expired.",
  invalid: "This sign-in link is not valid. It may have been cut when it was copied.",
  signed_out: "You are signed out.",
};

/** `problem`: why the reader is here again. */
export function SignInPage(props: { problem?: SignInProblem | undefined }) {
  const problem = props.problem ?? null;
  return (
    <Document title="Sign in">
      <main id="main" class="alone">
        <Brand />
        <section class="message-page">
          <h1>Sign in</h1>
          {problem !== null && (
            <p class={problem === "signed_out" ? "notice" : "notice is-warning"} role="status">
              {PROBLEMS[problem]}
            </p>
          )}
          <p>Open the sign-in link. There is no password.</p>
          <ul class="plain-list">
            <li>
              Where you run Lull yourself, <code>npm start</code> prints the link each time it
              starts. It is also <code>signInUrl</code> in <code>credentials.json</code> in the data
              folder (<code>.lull</code> unless <code>LULL_DATA_DIR</code> says otherwise).
            </li>
            <li>Otherwise ask the person who runs Lull for you.</li>
          </ul>
          <p class="dim">A session lasts twelve hours.</p>
        </section>
      </main>
    </Document>
  );
}
