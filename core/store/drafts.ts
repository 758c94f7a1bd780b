/** Drafts: what is being written, and the files attached to it. */
import type { Clock } from '../util/clock.ts';
import type { Connection } from './database.ts';
import type { DraftStore, StoredDraft } from './side-stores.ts';
import type { Writer } from './writer.ts';

interface Row {
  readonly id: number;
  readonly changed_at: number;
  readonly fields: string;
}

interface FileRow {
  readonly id: number;
  readonly name: string;
  readonly type: string;
  readonly contentId: string;
  readonly size: number;
}

export const FIND_DRAFT_FILES =
  'SELECT id, name, type, content_id AS contentId, length(bytes) AS size FROM draft_file WHERE draft_id = ? ORDER BY id';

export function createDraftStore({
  db,
  writer,
  clock,
}: {
  readonly db: Connection;
  readonly writer: Writer;
  readonly clock: Pick<Clock, 'now'>;
}): DraftStore {
  const selectAll = db.prepare(
    'SELECT id, changed_at, fields FROM draft ORDER BY changed_at DESC, id DESC LIMIT ?',
  );
  const selectOne = db.prepare('SELECT id, changed_at, fields FROM draft WHERE id = ?');
  const selectFiles = db.prepare(FIND_DRAFT_FILES);
  const selectBytes = db.prepare('SELECT bytes FROM draft_file WHERE id = ? AND draft_id = ?').pluck();

  const toDraft = ({ id, changed_at, fields }: Row): StoredDraft => ({
    id,
    changedAt: changed_at,
    fields,
    files: selectFiles.all(id) as FileRow[],
  });
  return {
    list: (limit) => (selectAll.all(limit) as Row[]).map(toDraft),
    get(id) {
      const row = selectOne.get(id) as Row | undefined;
      return row === undefined ? undefined : toDraft(row);
    },
    bytes: (id, file) => selectBytes.get(file, id) as Uint8Array | undefined,
    async save(fields, id) {
      const order = { fields, at: clock.now(), ...(id === undefined ? {} : { id }) };
      return (await writer.write('saveDraft', order)) ?? undefined;
    },
    async attach(id, { bytes, ...file }) {
      const order = { id, ...file, size: bytes.byteLength, at: clock.now() };
      const number = await writer.write('attachToDraft', order, { bytes: [bytes], texts: [] });
      return number ?? undefined;
    },
    detach: (id, file) => writer.write('detachFromDraft', { id, file }),
    remove: (ids) => writer.write('removeDrafts', { ids }),
  };
}
