/** What opens a form in place; where it may not be opened, a disabled button that says why. */

export function EditorButton(props: { word: string; why: string | null }) {
  const { word, why } = props;
  if (why === null)
    return (
      <summary>
        <span class="link-like">{word}</span>
      </summary>
    );
  return (
    <summary class="is-closed" tabindex={-1}>
      <button class="is-forbidden" type="button" disabled title={why}>
        {word}
      </button>
    </summary>
  );
}

/** Sends what was typed. */
export function SaveButton({ why }: { why: string | null }) {
  return (
    <div class="form-actions">
      <button
        class="button is-primary"
        type="submit"
        disabled={why !== null}
        title={why ?? undefined}
      >
        Save
      </button>
    </div>
  );
}
