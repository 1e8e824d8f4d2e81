/** What of a list's address was not used, so that a mistyped link does not pass for an answer. */
export function Dropped(props: { dropped: readonly string[] }) {
  return props.dropped.length === 0 ? null : (
    <p class="notice is-warning" role="status">
      Ignored in the address, since it makes no sense: {props.dropped.join(", ")}
    </p>
  );
}
