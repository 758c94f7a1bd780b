import { afterAll, expect, it } from 'vitest';
import { migrate } from '../migrate.ts';
import { openSchema, removeTemporaryFolders } from '../testing.ts';

afterAll(removeTemporaryFolders);

it('migration 80 has all messages read again, for what they refer to', () => {
  const db = openSchema(70);
  db.exec(`
    INSERT INTO message (id, queue_id, arrived_at, origin, sender, ret, envid, smtputf8, encoding, size, header_from, header_to,
      subject, header_message_id, filter, verify, recipient_count)
    VALUES (1, 'A', 1, 'smtpd', '', '', '', 0, '7bit', 1, '', '', '', '', '', 0, 1);
  `);
  migrate(db, 80);
  expect(db.prepare('SELECT message_id FROM unindexed').pluck().all()).toEqual([1]);
  db.close();
});
