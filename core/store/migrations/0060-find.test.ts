import { afterAll, describe, expect, it } from 'vitest';
import { migrate } from '../migrate.ts';
import { openSchema, removeTemporaryFolders } from '../testing.ts';

afterAll(removeTemporaryFolders);

describe('migration 60', () => {
  it('has every message indexed anew, keeps what was read of it, and knows the hours of arrival', () => {
    const db = openSchema(30);
    db.exec(`
      INSERT INTO message (id, queue_id, arrived_at, origin, sender, ret, envid, smtputf8, encoding, size, header_from, header_to,
        subject, header_message_id, filter, verify, recipient_count)
      VALUES (1, 'A', 3600000, 'smtpd', '', '', '', 0, '7bit', 100, '', '', '', '', '', 0, 1),
             (2, 'B', 3600001, 'smtpd', '', '', '', 0, '7bit', 100, '', '', '', '', '', 0, 1),
             (3, 'C', 100, 'smtpd', '', '', '', 0, '7bit', 100, '', '', '', '', '', 0, 1);
      INSERT INTO digest VALUES (1, 'first words', 0, 0, 0, NULL);
      INSERT INTO search (rowid, subject, people, body, files) VALUES (1, 'old', '', '', '');
      INSERT INTO unindexed VALUES (3);
    `);
    migrate(db, 60);
    expect(db.prepare('SELECT message_id FROM unindexed ORDER BY 1').pluck().all()).toEqual([1, 2, 3]);
    expect(db.prepare('SELECT preview FROM digest').pluck().all()).toEqual(['first words']);
    expect(db.prepare("SELECT rowid FROM search WHERE search MATCH 'old'").all()).toEqual([]);
    expect(db.prepare('SELECT * FROM arrival ORDER BY hour').all()).toEqual([
      { hour: 0, first_id: 3, last_id: 3 },
      { hour: 1, first_id: 1, last_id: 2 },
    ]);
    db.close();
  });
});
