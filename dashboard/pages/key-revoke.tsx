/** `/settings/keys/:kind/:id/revoke`: what the end of a key or token does, before it is done. */
import type { KeyView } from "../../schema/api.ts";
import { cut, visible } from "../format/visible.ts";
import type { NewKind } from "../key-form.ts";
import { Crumbs } from "../parts/crumbs.tsx";
import { Frame } from "../parts/frame.tsx";
import { paths } from "../paths.ts";
import type { View } from "../view.ts";
import { KIND_WORDS } from "./keys.tsx";

const LONGEST = 120;

export function KeyRevokePage(props: { view: View; kind: NewKind; item: KeyView }) {
  const { view, kind, item } = props;
  return (
    <Frame view={view} title="Revoke" active="settings">
      <Crumbs href={paths.keys()} word="Keys and tokens" />
      <section class="message-page">
        <h1>
          Revoke the {KIND_WORDS[kind]} “<bdi>{cut(visible(item.name), LONGEST)}</bdi>”?
        </h1>
        <p>
          {kind === "key"
            ? "Agents that send with it are refused within some seconds, and for good. What they watch is unverified until they send with another one."
            : "Scripts that ask with it are refused within some seconds, and for good."}
        </p>
        <form class="form-actions" method="post" action={paths.revokeKey(kind, item.id)}>
          <button class="button is-danger" type="submit">
            Revoke
          </button>
          <a class="button" href={paths.keys()}>
            Keep it
          </a>
        </form>
      </section>
    </Frame>
  );
}
