/** The search field of a list's filters; `/` goes there. */
import { MAX_QUERY_CHARS } from "../../schema/limits.ts";
import { Icon } from "./icons.tsx";

export function SearchField(props: {
  /** For screen readers. */
  label: string;
  value: string | undefined;
  placeholder: string;
}) {
  return (
    <div class="search">
      <Icon name="search" />
      <label class="visually-hidden" for="search">
        {props.label}
      </label>
      <input
        id="search"
        type="search"
        name="q"
        value={props.value ?? ""}
        maxlength={MAX_QUERY_CHARS}
        placeholder={props.placeholder}
      />
      <kbd aria-hidden="true">/</kbd>
    </div>
  );
}
