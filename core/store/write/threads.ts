/** Puts messages that refer to one another into one thread, in whatever order they come. */
import { baseSubject, type ThreadWords } from '../../mail/thread.ts';
import type { Connection } from '../database.ts';

export type JoinThread = (id: number, words: ThreadWords) => void;

/** Older messages of the same words that are looked at for the same subject. */
const MOST_CANDIDATES = 20;

export function createJoinThread(db: Connection): JoinThread {
  const insertMention = db.prepare('INSERT OR IGNORE INTO mention (key, message_id) VALUES (?, ?)');
  // One is enough: all that have or name a Message-ID are in one thread already.
  const findMention = db
    .prepare('SELECT message_id FROM mention WHERE key = ? AND message_id <> ? LIMIT 1')
    .pluck();
  const findRoot = db.prepare('SELECT root FROM thread WHERE message_id = ?').pluck();
  const insertMember = db.prepare('INSERT OR REPLACE INTO thread (message_id, root) VALUES (?, ?)');
  const moveMembers = db.prepare('UPDATE thread SET root = ? WHERE root = ?');
  const findSubject = createFindSubject(db);

  const rootOf = (id: number) => (findRoot.get(id) as number | undefined) ?? id;

  return (id, { keys, answers }) => {
    const relatives = keys
      .map((key) => findMention.get(key, id) as number | undefined)
      .filter((relative) => relative !== undefined);
    for (const key of keys) insertMention.run(key, id);
    const bySubject = relatives.length === 0 && answers !== '' ? findSubject(id, answers) : undefined;
    const roots = new Set([...relatives, ...(bySubject === undefined ? [] : [bySubject])].map(rootOf));
    if (roots.size === 0) return;
    const all = [...roots, rootOf(id)];
    const root = Math.min(...all);
    for (const other of all) {
      if (other !== root) moveMembers.run(root, other);
      insertMember.run(other, root);
    }
    insertMember.run(id, root);
  };
}

/** The newest older message of that subject. */
function createFindSubject(db: Connection): (id: number, subject: string) => number | undefined {
  const find = db.prepare(
    `SELECT m.id, m.subject FROM (SELECT rowid AS id FROM search WHERE search MATCH ? AND rowid < CAST(? AS INTEGER)
       ORDER BY rowid DESC LIMIT ${MOST_CANDIDATES}) s JOIN message m ON m.id = s.id ORDER BY m.id DESC`,
  );
  return (id, subject) => {
    if (!/[\p{L}\p{N}]/u.test(subject)) return undefined;
    const words = `subject : "${subject.replaceAll('"', '""').replaceAll('\0', ' ')}"`;
    const candidates = find.all(words, id) as { id: number; subject: string }[];
    return candidates.find((one) => baseSubject(one.subject) === subject)?.id;
  };
}
