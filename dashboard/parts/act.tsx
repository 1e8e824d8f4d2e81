/** Links and buttons for what not every reader may do. Where the reader's role forbids it they are disabled, and say why. */
import type { Child } from "hono/jsx";
import type { View } from "../view.ts";

/** A link to the page that holds the form of an act. */
export function ActLink(props: { view: View; href: string; class?: string; children?: Child }) {
  const why = props.view.forbids("GET", props.href);
  if (why === null)
    return (
      <a class={props.class} href={props.href}>
        {props.children}
      </a>
    );
  return (
    <button class={props.class ?? "is-forbidden"} type="button" disabled title={why}>
      {props.children}
    </button>
  );
}

/** The button that sends a form to `to`. */
export function ActButton(props: { view: View; to: string; class?: string; children?: Child }) {
  const why = props.view.forbids("POST", props.to);
  return (
    <button
      class={props.class ?? "button"}
      type="submit"
      disabled={why !== null}
      title={why ?? undefined}
    >
      {props.children}
    </button>
  );
}
