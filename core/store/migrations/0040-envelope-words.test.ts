import { afterAll, describe, expect, it } from 'vitest';
import { migrate } from '../migrate.ts';
import { openSchema, removeTemporaryFolders } from '../testing.ts';

afterAll(removeTemporaryFolders);

describe('migration 40', () => {
  it('keeps that content is 8bit, forgets a 7bit that nobody said, and has sizes for what is queued', () => {
    const db = openSchema(30);
    db.exec(`
      INSERT INTO message (id, queue_id, arrived_at, origin, sender, ret, envid, smtputf8, encoding, size, header_from, header_to,
        subject, header_message_id, filter, verify, recipient_count)
      VALUES (1, 'A', 1, 'smtpd', '', '', '', 0, '7bit', 100, '', '', '', '', '', 0, 1),
             (2, 'B', 1, 'smtpd', '', '', '', 0, '8bit', 1000, '', '', '', '', '', 0, 1);
    `);
    migrate(db, 40);
    expect(
      db
        .prepare('SELECT encoding, size, queue_size, verp, wants_report FROM message ORDER BY id')
        .raw()
        .all(),
    ).toEqual([
      ['', 100, 100, '', 0],
      ['8bit', 1000, 1000, '', 0],
    ]);
    const names = db.prepare("SELECT name FROM pragma_table_info('message')").pluck().all();
    expect(names).not.toContain('former_encoding');
    db.close();
  });

  it.each([
    ["encoding = 'base64'", 'an encoding that SMTP has no word for'],
    ["verp = '+'", 'one delimiter'],
    ['wants_report = 2', 'another wish'],
  ])('refuses %s: %s', (change) => {
    const db = openSchema(40);
    db.exec(`
      INSERT INTO message (id, queue_id, arrived_at, origin, sender, ret, envid, smtputf8, encoding, size, header_from, header_to,
        subject, header_message_id, filter, verify, recipient_count)
      VALUES (1, 'A', 1, 'smtpd', '', '', '', 0, '', 100, '', '', '', '', '', 0, 1)`);
    expect(() => db.exec(`UPDATE message SET ${change}`)).toThrow(/CHECK/);
    db.close();
  });
});
