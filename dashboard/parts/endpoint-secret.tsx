/** A secret, the one time that it is shown. */
import { type EndpointFormat, isTracker } from "../../schema/endpoint-formats.ts";
import { epoch } from "../format/time.ts";
import type { View } from "../view.ts";
import { CopyBlock } from "./empty.tsx";
import { Moment } from "./time.tsx";

/** `previousUntil`: how long the former one signs too; null: there was none. */
export function EndpointSecret(props: {
  secret: string;
  format: EndpointFormat;
  previousUntil: string | null;
  view: View;
}) {
  const { secret, format, previousUntil, view } = props;
  return (
    <section class="notice" role="status" id="made">
      <p>
        {isTracker(format)
          ? "The secret that signs what the tracker tells, shown this once: give it to the tracker, so that nobody else is heard."
          : "The secret that its messages are signed with, shown this once: put it in place where they are received, so that nobody else’s are taken."}
        {previousUntil !== null && (
          <>
            {" "}
            The former one signs too; it ends{" "}
            <Moment at={epoch(previousUntil)} as="until" view={view} />.
          </>
        )}
      </p>
      <CopyBlock id="secret" text={secret} label="Copy the secret" />
    </section>
  );
}
