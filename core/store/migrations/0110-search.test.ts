import { afterAll, describe, expect, it } from 'vitest';
import { migrate } from '../migrate.ts';
import { openSchema, removeTemporaryFolders } from '../testing.ts';

afterAll(removeTemporaryFolders);

describe('migration 110', () => {
  it('knows the words and the kinds of mail that was indexed before', () => {
    const db = openSchema(100);
    db.exec(`
      INSERT INTO search (rowid, subject, body) VALUES (1, 'Invoice', 'invoices by invoice'), (2, 'Other', '');
      INSERT INTO digest (message_id, preview, attachments, has_html, remote_resources)
        VALUES (1, '', 0, 1, 0), (2, '', 0, 0, 3), (3, '', 0, 0, 0);
    `);
    migrate(db, 110);
    const words = db.prepare("SELECT DISTINCT term FROM search_word WHERE term >= 'invo' AND term < 'invp'");
    expect(words.pluck().all()).toEqual(['invoice', 'invoices']);
    const of = (index: string, where: string) =>
      db.prepare(`SELECT message_id FROM digest INDEXED BY ${index} WHERE ${where}`).pluck().all();
    expect(of('digest_html', 'has_html = 1')).toEqual([1]);
    expect(of('digest_remote', 'remote_resources > 0')).toEqual([2]);
    db.close();
  });
});
