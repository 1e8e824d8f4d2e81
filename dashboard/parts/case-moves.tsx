/** The buttons that lead a case to another status, by the one table of what may be done; those that may not be say why. */
import type { CaseAction, CaseSummary } from "../../schema/case.ts";
import type { Allowed } from "../../durable/domain/case.ts";
import { MOVE_WORDS, type Move } from "../format/case.ts";
import { paths } from "../paths.ts";
import type { View } from "../view.ts";
import { ActLink } from "./act.tsx";

/** There and back: of each pair, one may be done at a time. */
const PAIRS = [
  ["start", "stop"],
  ["mark_fixed", "take_back"],
  ["close", "reopen"],
] as const satisfies readonly (readonly [Move, Move])[];

const isMove = (action: CaseAction): action is Move => Object.hasOwn(MOVE_WORDS, action);

/** One of each pair: the way back where it has been gone. */
export function movesShown(actions: readonly Allowed[]): Move[] {
  const fits = (move: Move) => actions.some((it) => it.action === move && it.fits);
  return PAIRS.map(([there, back]) => (fits(back) ? back : there));
}

/** Those that there are from where it stands, for a menu. */
export function movesFrom(actions: readonly Allowed[]): Move[] {
  return actions.flatMap(({ action, fits }) => (fits && isMove(action) ? [action] : []));
}

interface MovesProps {
  of: Pick<CaseSummary, "id" | "status">;
  moves: readonly Move[];
  actions: readonly Allowed[];
  view: View;
  /** The page that a move leads back to; absent: the case. */
  back?: string;
  /** What has to happen next. */
  primary?: Move | undefined;
}

function MoveButton(
  props: Omit<MovesProps, "moves" | "actions"> & { does: Allowed & { action: Move } },
) {
  const { of, does, view, back } = props;
  const { action, to, why } = does;
  const look = props.primary === action ? "button is-primary" : "button";
  if (action === "close" && why === null)
    return (
      <ActLink class={look} view={view} href={paths.closeCase(of.id)}>
        {MOVE_WORDS.close}…
      </ActLink>
    );
  return (
    <form method="post" action={paths.moveCase(of.id)}>
      <input type="hidden" name="from" value={of.status} />
      <input type="hidden" name="to" value={to ?? ""} />
      {back !== undefined && <input type="hidden" name="back" value={back} />}
      <button class={look} type="submit" disabled={why !== null} title={why ?? undefined}>
        {MOVE_WORDS[action]}
      </button>
    </form>
  );
}

export function CaseMoves({ moves, actions, ...rest }: MovesProps) {
  return (
    <>
      {moves.map((move) => {
        const does = actions.find(({ action }) => action === move);
        return does === undefined ? null : (
          <MoveButton does={{ ...does, action: move }} {...rest} />
        );
      })}
    </>
  );
}
