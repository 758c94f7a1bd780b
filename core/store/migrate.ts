/** Brings a database to this version's schema, one migration a transaction; refuses one from the future. */
import { APPLICATION_ID, type Connection } from './database.ts';
import { StoreCorruptError, StoreFutureError } from './errors.ts';
import { migrations, type Migration } from './migrations/index.ts';

function number(db: Connection, pragma: string): number {
  return Number(db.pragma(pragma, { simple: true }));
}

/** `upTo` is for tests: stops after that version. */
export function migrate(
  db: Connection,
  upTo: number = Infinity,
  list: readonly Migration[] = migrations,
): void {
  const newest = list.at(-1)?.version ?? 0;
  const version = number(db, 'user_version');
  const application = number(db, 'application_id');
  const isForeign = application !== APPLICATION_ID && (application !== 0 || hasTables(db));
  if (isForeign) {
    throw new StoreCorruptError(
      `${db.name} is a database of another program. Move it away, or choose another data folder with --data-dir.`,
    );
  }
  if (version > newest) {
    throw new StoreFutureError(
      `${db.name} was made by a newer Sandpost (schema ${version}; this one knows ${newest}). ` +
        'Use that version, or another data folder (--data-dir). Nothing was changed.',
    );
  }
  for (const migration of list) {
    if (migration.version <= version || migration.version > upTo) continue;
    db.transaction(() => {
      migration.up(db);
      db.pragma(`application_id = ${APPLICATION_ID}`);
      db.pragma(`user_version = ${migration.version}`);
    }).immediate();
  }
}

function hasTables(db: Connection): boolean {
  return db.prepare('SELECT 1 FROM sqlite_schema LIMIT 1').get() !== undefined;
}
