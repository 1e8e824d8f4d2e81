/** A form of a case that came back: as typed, with what is wrong, or with what somebody else has changed meanwhile. */
import type { CaseValues, Group } from "./case-form.ts";
import type { FormErrors } from "./form-errors.ts";
import type { Conflict } from "./merge.ts";

export interface CaseEdit {
  group: Group;
  /** What its fields show. */
  values: Partial<CaseValues>;
  /** What the reader is taken to have seen when it is sent again. */
  was: Partial<CaseValues>;
  errors: FormErrors;
  conflicts: readonly Told[];
}

/** What somebody else has written meanwhile. */
export interface Told extends Conflict<string> {
  /** Who has changed it; null: that is not known any more. */
  by: string | null;
  at: string | null;
}

/** The forms of notes: of a new one, and of one that came back. */
export interface NoteForms {
  /** Under which a note that is sent twice is there once. */
  key: string;
  /** As typed, where it was refused. */
  body: string;
  error: string | undefined;
  editing: {
    id: string;
    body: string;
    was: string;
    conflicts: Told[];
    error: string | undefined;
  } | null;
}
