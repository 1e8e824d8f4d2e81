/** What somebody else has written meanwhile, beside what the reader has typed. */
import type { Told } from "../case-edit.ts";
import { epoch } from "../format/time.ts";
import { visible } from "../format/visible.ts";
import type { View } from "../view.ts";
import { Moment } from "./time.tsx";

export function Conflicts(props: {
  conflicts: readonly Told[];
  words: Readonly<Record<string, string>>;
  /** How a value is shown. */
  shown?: (field: string, value: string) => string;
  view: View;
}) {
  const { conflicts, words, shown = (_field, value) => value, view } = props;
  if (conflicts.length === 0) return null;
  return (
    <div class="notice is-warning conflict" role="alert">
      <p>
        Not saved yet: somebody else has changed the same meanwhile. What you typed is still in the
        form. Save again to put yours in its place, or take over what you want to keep.
      </p>
      {conflicts.map(({ field, theirs, by, at }) => (
        <section>
          <h3>
            {words[field] ?? field}, as it is now
            {by !== null && (
              <>
                {" "}
                by <bdi>{visible(by)}</bdi>
              </>
            )}
            {at !== null && (
              <>
                , <Moment at={epoch(at)} as="ago" view={view} />
              </>
            )}
          </h3>
          <pre tabindex={0} dir="auto">
            {theirs === "" ? "(empty)" : visible(shown(field, theirs))}
          </pre>
        </section>
      ))}
    </div>
  );
}

/** What the form showed, so that it can be told what the reader has changed. */
export function Was(props: { values: Readonly<Record<string, string | undefined>> }) {
  return (
    <>
      {Object.entries(props.values).map(([field, value]) => (
        <input type="hidden" name={`was.${field}`} value={value ?? ""} />
      ))}
    </>
  );
}
