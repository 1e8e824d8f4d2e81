/** What is done with a rule in a list whose order counts: buttons that work without script. */
import { visible } from "../format/visible.ts";
import type { View } from "../view.ts";

/** What a list of rules says after a change. */
const NOTICES = {
  saved: "Saved. It is in force within some seconds.",
  deleted: "Deleted. Cases that it has made stay.",
} as const;
export type RuleNoticeName = keyof typeof NOTICES;

export function noticeOf(said: string | undefined): RuleNoticeName | undefined {
  return said === "saved" || said === "deleted" ? said : undefined;
}

export function RuleNotice(props: {
  notice: RuleNoticeName | undefined;
  refused: string | undefined;
}) {
  const { notice, refused } = props;
  return (
    <>
      {notice !== undefined && (
        <p class="notice" role="status">
          {NOTICES[notice]}
        </p>
      )}
      {refused !== undefined && (
        <p class="notice is-warning" role="alert">
          Not done: {visible(refused)}
        </p>
      )}
    </>
  );
}

interface ArrangeProps {
  to: string;
  view: View;
  /** For screen readers. */
  name: string;
  /** Its place, from 0, of so many. */
  at: number;
  of: number;
  /** Absent: it cannot be turned off. */
  toggles?: "on" | "off";
  /** What else is sent, to find it by. */
  fields?: Readonly<Record<string, string>>;
}

export function ArrangeButtons({ to, view, name, at, of, toggles, fields = {} }: ArrangeProps) {
  const why = view.forbids("POST", to);
  const acts = [
    ["up", "Up", at === 0 ? "It is the first." : null],
    ["down", "Down", at === of - 1 ? "It is the last." : null],
    ...(toggles === undefined
      ? []
      : [["toggle", toggles === "off" ? "Turn off" : "Turn on", null] as const]),
    ["delete", "Delete", null],
  ] as const;
  return (
    <form class="case-rule-acts" method="post" action={to}>
      {Object.entries(fields).map(([field, value]) => (
        <input type="hidden" name={field} value={value} />
      ))}
      {acts.map(([act, word, not]) => (
        <button
          class="button"
          type="submit"
          name="do"
          value={act}
          disabled={(why ?? not) !== null}
          title={why ?? not ?? undefined}
        >
          {word}
          <span class="visually-hidden"> {visible(name)}</span>
        </button>
      ))}
    </form>
  );
}
