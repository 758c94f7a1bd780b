import { afterAll, expect, it } from 'vitest';
import { migrate } from '../migrate.ts';
import { openSchema, removeTemporaryFolders } from '../testing.ts';

afterAll(removeTemporaryFolders);

it('leaves what is attached to a draft attached', () => {
  const db = openSchema(90);
  db.exec(`
    INSERT INTO draft (id, changed_at, fields) VALUES (1, 1, '{}');
    INSERT INTO draft_file (draft_id, name, type, bytes) VALUES (1, 'a.png', 'image/png', x'00ff');
  `);
  migrate(db, 100);
  expect(db.prepare('SELECT name, hex(bytes) AS bytes, content_id FROM draft_file').all()).toEqual([
    { name: 'a.png', bytes: '00FF', content_id: '' },
  ]);
  db.close();
});
