/** The line over every page: tenant, search, the clock of the data, keys, who is signed in, sign-out. */
import { visible } from "../format/visible.ts";
import { paths } from "../paths.ts";
import type { View } from "../view.ts";
import { Icon } from "./icons.tsx";

/** When the data was read; a refresh replaces it out of band. */
export function AsOf(props: { view: View; swap?: boolean }) {
  const { view } = props;
  return (
    <span
      id="as-of"
      class="as-of"
      title={`${view.zone.exact(view.now)} (${view.zone.name})`}
      {...(props.swap === true && { "hx-swap-oob": "true" })}
    >
      <span class="as-of-words">as of </span>
      {view.zone.clock(view.now)} <span class="zone">{view.zone.name}</span>
    </span>
  );
}

function Reader({ view }: { view: View }) {
  const { id, name, role } = view.reader;
  return (
    <a class="reader" href={paths.member(id)} title={`Signed in as ${visible(name)}, ${role}`}>
      <bdi>{visible(name)}</bdi>
    </a>
  );
}

export function TopLine(props: { view: View; search: boolean }) {
  return (
    <header class="top">
      <span class="tenant" title="Tenant">
        {props.view.tenant}
      </span>
      {props.search && (
        <form class="top-search" role="search" action={paths.findings()} method="get">
          <Icon name="search" />
          <label class="visually-hidden" for="search">
            Search findings
          </label>
          <input id="search" type="search" name="q" maxlength={200} placeholder="Search findings" />
          <kbd aria-hidden="true">/</kbd>
        </form>
      )}
      <span id="stale" class="stale" role="status"></span>
      <AsOf view={props.view} />
      <button class="quiet-button needs-js" type="button" data-opens="keys" title="Keys (?)">
        <Icon name="keys" />
        <span class="visually-hidden">Keyboard shortcuts</span>
      </button>
      <Reader view={props.view} />
      <form action={paths.signOut()} method="post">
        <button class="quiet-button" type="submit" title="Sign out">
          <Icon name="signOut" />
          <span class="visually-hidden">Sign out</span>
        </button>
      </form>
    </header>
  );
}
