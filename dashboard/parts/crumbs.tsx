/** The way back to the list that a page belongs to. */
import { Icon } from "./icons.tsx";

export function Crumbs(props: { href: string; word: string }) {
  return (
    <p class="crumbs">
      <a href={props.href}>
        <Icon name="back" />
        {props.word}
      </a>
    </p>
  );
}
