/** Brings the schema of an actor's SQLite up to date. */

/** `migrations` are append only: one that has run anywhere is never changed. They run in one transaction. */
export function migrateStorage(storage: DurableObjectStorage, migrations: readonly string[]): void {
  const { sql } = storage;
  storage.transactionSync(() => {
    sql.exec("CREATE TABLE IF NOT EXISTS migrations (n INTEGER PRIMARY KEY)");
    const done = sql.exec<{ n: number }>("SELECT count(*) AS n FROM migrations").one().n;
    for (const [i, statements] of migrations.entries()) {
      if (i < done) continue;
      sql.exec(statements);
      sql.exec("INSERT INTO migrations (n) VALUES (?)", i + 1);
    }
  });
}
