/** The way to the next page of a list. */

/** The next page: appended in place by htmx, a page of its own without. Empty on the last one. */
export function More(props: { href: string | null }) {
  const { href } = props;
  return (
    <p class="more" id="more">
      {href !== null && (
        <a
          class="button"
          href={href}
          hx-get={href}
          hx-target="#rows"
          hx-select="#rows > tr"
          hx-select-oob="#more"
          hx-swap="beforeend"
          hx-indicator="#progress"
        >
          Show more
        </a>
      )}
    </p>
  );
}
