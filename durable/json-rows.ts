/**
 * Many rows in one statement of constant text: they are bound as one JSON array, which SQLite takes apart.
 * A JSON number without a fraction arrives as INTEGER, null as NULL; the column's affinity does the rest.
 */
import { getTableColumns, sql, type SQL } from "drizzle-orm";
import type { SQLiteColumn, SQLiteTable } from "drizzle-orm/sqlite-core";

/** D1 takes 2 MB in a bound string, and a character of a JavaScript string is three bytes at the most. */
export const MAX_JSON_CHARS = 600_000;

/** Expressions by property of a table's rows. */
type Expressions<T extends SQLiteTable> = Partial<Record<keyof T["$inferSelect"], SQL>>;

/**
 * The sent rows as a subquery with the one column `item`. Materialised, since `json_each` would write the
 * whole row out again for each property that is taken from it.
 */
export function sentRows(json: string): SQL {
  return sql`(with sent as materialized (select value as item from json_each(${json})) select item from sent)`;
}

/** A property of a sent row, as the SQL value that it stands for. */
export function sent(property: string): SQL {
  return sql.raw(`item ->> '$.${property}'`);
}

/** A property of a sent row, as JSON text. It is sent as it is, not as a string that holds JSON. */
export function sentJson(property: string): SQL {
  return sql.raw(`item -> '$.${property}'`);
}

/** A value for each column of the table, in its order: what `given` says, or else what was sent. */
export function valuesOf<T extends SQLiteTable>(table: T, given: Expressions<T>): SQL {
  // A column that is added to the table is asked for here, and the type of the sent rows demands it.
  const expressions: Record<string, SQL | undefined> = given;
  const values = Object.keys(getTableColumns(table)).map(
    (property) => expressions[property] ?? sent(property),
  );
  return sql.join(values, sql`, `);
}

/** For `on conflict do update`: all columns as they would have been inserted, but for those to keep. */
export function excludedBut<T extends SQLiteTable>(
  table: T,
  kept: readonly (keyof T["$inferSelect"])[],
): Record<string, SQL> {
  const all = Object.entries(getTableColumns(table));
  const written = all.filter(([property]) => !kept.includes(property));
  return Object.fromEntries(written.map(([property, column]) => [property, excluded(column)]));
}

/** The value that a column would have been inserted with. */
export function excluded(column: SQLiteColumn): SQL {
  return sql`excluded.${sql.identifier(column.name)}`;
}
