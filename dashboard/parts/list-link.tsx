/** Links and attributes that replace a list in place, and work as plain links. */
import type { Child } from "hono/jsx";

/** Attributes of an element whose answer replaces the list. */
export function swapsList(how: "outerHTML" | "outerMorph") {
  return {
    "hx-target": "#list",
    "hx-select": "#list",
    "hx-swap": how,
    "hx-push-url": "true",
    "hx-indicator": "#progress",
  };
}

/** A link that replaces the list and works as a link. */
export function ListLink(props: {
  href: string;
  class?: string;
  current?: boolean;
  title?: string;
  children?: Child;
}) {
  return (
    <a
      href={props.href}
      class={props.class}
      title={props.title}
      aria-current={props.current === true ? "true" : undefined}
      hx-get={props.href}
      {...swapsList("outerHTML")}
    >
      {props.children}
    </a>
  );
}
