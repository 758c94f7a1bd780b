import { afterAll, describe, expect, it } from 'vitest';
import { migrate } from '../migrate.ts';
import { openSchema, removeTemporaryFolders } from '../testing.ts';

afterAll(removeTemporaryFolders);

describe('migration 20', () => {
  it('counts the bytes of mailboxes that are there already, without the Bin', () => {
    const db = openSchema(10);
    db.exec(`
      INSERT INTO message (id, queue_id, arrived_at, origin, sender, ret, envid, smtputf8, encoding, size, header_from, header_to,
        subject, header_message_id, filter, verify, recipient_count, deleted_at)
      VALUES (1, 'A', 1, 'smtpd', '', '', '', 0, '7bit', 100, '', '', '', '', '', 0, 1, NULL),
             (2, 'B', 1, 'smtpd', '', '', '', 0, '7bit', 1000, '', '', '', '', '', 0, 1, 5);
      INSERT INTO delivery VALUES (1, 0, 'you', 'a', 0, 'four', 1), (1, 0, 'you', 'a', 1, 'four', 1), (2, 0, 'you', 'a', 0, 'é', 1);
      INSERT INTO folder (id, kind, name, total) VALUES (1, 'mailbox', 'you', 1), (2, 'alias', 'root', 1);
      INSERT INTO filed (message_id, folder_id) VALUES (1, 1), (2, 1), (1, 2);
      INSERT INTO filing VALUES (1, 1), (2, 1);
    `);
    migrate(db, 20);
    expect(db.prepare('SELECT bytes FROM folder ORDER BY id').pluck().all()).toEqual([208, 0]);
    expect(db.prepare('SELECT bytes FROM filed ORDER BY message_id, folder_id').pluck().all()).toEqual([
      208, 0, 1002,
    ]);
    db.close();
  });
});
