/** Writes of drafts. */
import type { Connection } from '../database.ts';
import type { Operations } from '../wire.ts';

export interface DraftWrites {
  save(order: Operations['saveDraft']['in']): number | null;
  attach(order: Operations['attachToDraft']['in'], bytes: Uint8Array): number | null;
  detach(order: Operations['detachFromDraft']['in']): boolean;
  remove(order: Operations['removeDrafts']['in']): number;
}

export function createDraftWrites(db: Connection): DraftWrites {
  const insert = db.prepare('INSERT INTO draft (changed_at, fields) VALUES (?, ?)');
  const update = db.prepare('UPDATE draft SET changed_at = ?, fields = ? WHERE id = ?');
  const touch = db.prepare('UPDATE draft SET changed_at = ? WHERE id = ?');
  const drop = db.prepare('DELETE FROM draft WHERE id = ?');
  const insertFile = db.prepare(
    'INSERT INTO draft_file (draft_id, name, type, content_id, bytes) VALUES (?, ?, ?, ?, ?)',
  );
  const dropFile = db.prepare('DELETE FROM draft_file WHERE id = ? AND draft_id = ?');
  const dropFiles = db.prepare('DELETE FROM draft_file WHERE draft_id = ?');
  return {
    save({ id, fields, at }) {
      if (id === undefined) return Number(insert.run(at, fields).lastInsertRowid);
      return update.run(at, fields, id).changes > 0 ? id : null;
    },
    attach({ id, name, type, contentId, at }, bytes) {
      if (touch.run(at, id).changes === 0) return null;
      return Number(insertFile.run(id, name, type, contentId, bytes).lastInsertRowid);
    },
    detach: ({ id, file }) => dropFile.run(file, id).changes > 0,
    remove({ ids }) {
      let removed = 0;
      for (const id of ids) {
        removed += drop.run(id).changes;
        dropFiles.run(id);
      }
      return removed;
    },
  };
}
