/** Revisions of the configuration, and refusals. */
import type { Clock } from '../util/clock.ts';
import type { Refusal } from '../mail/refusal.ts';
import type { ChangeCollector } from './changes.ts';
import type { Connection } from './database.ts';
import type { ReadCounter } from './read/counts.ts';
import { parseJourney, parseTranscript } from './read/journey.ts';
import type { RecipeStep, RefusalStore, Revision, RevisionStore } from './side-stores.ts';
import type { Writer } from './writer.ts';

/** Refusals that may wait for the writer; under a flood the oldest of them are dropped. */
const MOST_WAITING = 1000;

export interface SideDependencies {
  readonly db: Connection;
  readonly writer: Writer;
  readonly clock: Clock;
  readonly changes: ChangeCollector;
  readonly readCounter: ReadCounter;
  readonly onTrouble: (error: unknown) => void;
}

interface RevisionRow {
  readonly number: number;
  readonly at: number;
  readonly what: string;
  readonly recipe: string | null;
  readonly recipe_action: RecipeStep['action'] | null;
}

const toRevision = ({ recipe, recipe_action: action, ...row }: RevisionRow): Revision => ({
  ...row,
  ...(recipe === null || action === null ? {} : { recipe: { id: recipe, action } }),
});

const SELECT_REVISION = 'SELECT number, at, what, recipe, recipe_action FROM revision';

/** Other texts than in the revision before, new files, and files that are gone. */
const CHANGED_FILES = `
  SELECT DISTINCT name FROM (
    SELECT name, hash FROM revision_file WHERE revision = @number
    UNION ALL
    SELECT name, hash FROM revision_file WHERE revision = @number - 1
  ) GROUP BY name, hash HAVING count(*) = 1`;

export function createRevisionStore({
  db,
  writer,
  clock,
}: Pick<SideDependencies, 'db' | 'writer' | 'clock'>): RevisionStore {
  const selectMany = db.prepare(`${SELECT_REVISION} ORDER BY number DESC LIMIT ?`);
  const selectOne = db.prepare(`${SELECT_REVISION} WHERE number = ?`);
  const selectRecipe = db.prepare(`${SELECT_REVISION} WHERE recipe = ? ORDER BY number DESC LIMIT 1`);
  const selectChanged = db.prepare(CHANGED_FILES).pluck();
  const selectFiles = db.prepare(
    'SELECT f.name, t.text FROM revision_file f JOIN file_text t ON t.hash = f.hash WHERE f.revision = ? ORDER BY f.name',
  );
  const selectLatest = db.prepare('SELECT max(number) FROM revision').pluck();
  return {
    add: (what, files, recipe) =>
      writer.write('addRevision', { at: clock.now(), what, files, recipe: recipe ?? null }),
    list: (limit) => (selectMany.all(limit) as RevisionRow[]).map(toRevision),
    changedFiles: (number) => selectChanged.all({ number }) as string[],
    latestOf(recipe) {
      const row = selectRecipe.get(recipe) as RevisionRow | undefined;
      return row === undefined ? undefined : toRevision(row);
    },
    get(number) {
      const row = selectOne.get(number) as RevisionRow | undefined;
      if (row === undefined) return undefined;
      const files = selectFiles.all(number) as { name: string; text: string }[];
      return { ...toRevision(row), files: Object.fromEntries(files.map((f) => [f.name, f.text])) };
    },
    latest: () => (selectLatest.get() as number | null) ?? 0,
  };
}

interface RefusalRow {
  readonly id: number;
  readonly at: number;
  readonly client_name: string;
  readonly client_address: string;
  readonly helo: string;
  readonly sender: string;
  readonly recipient: string;
  readonly stage: string;
  readonly reply: string;
}

const REFUSAL_COLUMNS = 'id, at, client_name, client_address, helo, sender, recipient, stage, reply';

const toRefusal = (row: RefusalRow) => ({
  id: row.id,
  at: row.at,
  clientName: row.client_name,
  clientAddress: row.client_address,
  helo: row.helo,
  sender: row.sender,
  recipient: row.recipient,
  stage: row.stage,
  reply: row.reply,
});

export function createRefusalStore(dependencies: Omit<SideDependencies, 'clock'>): RefusalStore {
  const { db, changes, readCounter } = dependencies;
  const selectMany = db.prepare(
    `SELECT ${REFUSAL_COLUMNS} FROM refusal WHERE id < ? ORDER BY id DESC LIMIT ?`,
  );
  const selectOne = db.prepare(`SELECT ${REFUSAL_COLUMNS}, transcript, journey FROM refusal WHERE id = ?`);
  return {
    add: createRefusalFunnel(dependencies, () => {
      changes.refused();
    }),
    list({ before, limit }) {
      const rows = selectMany.all(before ?? Number.MAX_SAFE_INTEGER, limit + 1) as RefusalRow[];
      return { refusals: rows.slice(0, limit).map(toRefusal), hasMore: rows.length > limit };
    },
    get(id) {
      const row = selectOne.get(id) as (RefusalRow & { transcript: string; journey: string }) | undefined;
      if (row === undefined) return undefined;
      return {
        ...toRefusal(row),
        transcript: parseTranscript(row.transcript),
        journey: parseJourney(row.journey),
      };
    },
    count: () => readCounter('refusals'),
  };
}

/** One write under way at a time; what comes meanwhile waits for the next. */
function createRefusalFunnel(
  { writer, onTrouble }: Pick<SideDependencies, 'writer' | 'onTrouble'>,
  onStored: () => void,
): (refusal: Refusal) => void {
  let waiting: Refusal[] = [];
  let isBusy = false;

  async function work(): Promise<void> {
    isBusy = true;
    try {
      while (waiting.length > 0) {
        const refusals = waiting;
        waiting = [];
        await writer.write('refuse', { refusals });
        onStored();
      }
    } catch (error) {
      // A full disk costs the record of a refusal, never mail.
      onTrouble(error);
    } finally {
      isBusy = false;
    }
  }
  return (refusal) => {
    waiting.push(refusal);
    if (waiting.length > MOST_WAITING) waiting = waiting.slice(-MOST_WAITING / 2);
    if (!isBusy) void work();
  };
}
