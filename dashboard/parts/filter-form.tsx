/** The form around a list's filters: a plain GET form that htmx submits on change. */
import type { Child } from "hono/jsx";
import { swapsList } from "./list-link.tsx";

export function FilterForm(props: { action: string; children?: Child }) {
  return (
    <form
      class="filters"
      id="filters"
      role="search"
      method="get"
      action={props.action}
      hx-get={props.action}
      hx-trigger="submit, change, input changed delay:350ms target:#search"
      hx-sync="this:replace"
      {...swapsList("outerMorph")}
    >
      {props.children}
      <button class="button no-js" type="submit">
        Apply
      </button>
    </form>
  );
}
