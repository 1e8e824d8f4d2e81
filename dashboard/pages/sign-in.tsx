/** The pages before one is signed in, served by workers/: how to get a link, and the one that a link opens. */
import type { Role } from "../../schema/member.ts";
import { visible } from "../format/visible.ts";
import { Brand, Document } from "../parts/document.tsx";
import { paths } from "../paths.ts";

/** Why the last attempt failed; null on a first visit. */
export type SignInProblem = "used" | "disabled" | "expired" | "invalid" | "signed_out" | null;

const PROBLEMS: Readonly<Record<Exclude<SignInProblem, null>, string>> = {
  used: "This sign-in link has been used, or a newer one has been made. Each link works once.",
  disabled: "This sign-in link lets nobody in any more: its member has been disabled.",
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
          <p>Open your sign-in link. There is no password.</p>
          <ul class="plain-list">
            <li>
              An admin of your tenant can make you a link, at any time: on the page Members, or by
              the API.
            </li>
            <li>
              Where you run Lull yourself, <code>npm start</code> prints the first admin’s link each
              time it starts. It is also <code>signInUrl</code> in <code>credentials.json</code> in
              the data folder (<code>.lull</code> unless <code>LULL_DATA_DIR</code> says otherwise).
            </li>
          </ul>
          <p class="dim">A session lasts thirty days, or until you sign out.</p>
        </section>
      </main>
    </Document>
  );
}

/** What a link opens: it is used by the button, not by being looked at. */
export function EnterPage(props: { tenant: string; token: string; name: string; role: Role }) {
  return (
    <Document title="Sign in">
      <main id="main" class="alone">
        <Brand />
        <section class="message-page">
          <h1>
            Sign in as <bdi>{visible(props.name)}</bdi>
          </h1>
          <p>
            To <bdi>{props.tenant}</bdi>, as {props.role}. The link works once; the session lasts
            thirty days.
          </p>
          <form class="form-actions" method="post" action={paths.signIn()}>
            <input type="hidden" name="token" value={props.token} />
            <button class="button is-primary" type="submit">
              Sign in
            </button>
          </form>
        </section>
      </main>
    </Document>
  );
}
