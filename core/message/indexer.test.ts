import { afterAll, describe, expect, it } from 'vitest';
import { createClock } from '../util/clock.ts';
import { sampleMessage } from '../store/sample.ts';
import type { Store } from '../store/store.ts';
import { nextChange, openStore, removeTemporaryFolders, silent, temporaryFolder } from '../store/testing.ts';
import { createIndexer } from './indexer.ts';
import { createMessageReader } from './reader.ts';
import { sampleContent } from './testing.ts';

const accept = (store: Store, name: string) =>
  store.queue.accept([sampleMessage(store.queue.allocate(), { content: sampleContent(name) })]);

async function indexed(store: Store, id: number): Promise<void> {
  while (store.mail.get(id)?.digest === undefined) await nextChange(store);
}

const find = async (store: Store, search: string) => {
  const { messages } = await store.mail.list({ folder: { kind: 'all' }, search, limit: 10 });
  return messages.map((m) => m.id);
};

afterAll(removeTemporaryFolders);

describe('the indexer', { timeout: 30_000 }, () => {
  it('reads what came in before it was started, and what comes after', async () => {
    const dataDir = temporaryFolder();
    const first = await openStore(dataDir);
    await accept(first, 'invoice-pdf.eml');
    await first.close();

    const store = await openStore(dataDir);
    const indexer = createIndexer({ store, log: silent, clock: createClock() });
    await indexed(store, 1);
    expect(store.mail.get(1)).toMatchObject({ attachments: 1, digest: { hasHtml: true } });
    await accept(store, 'receipt.eml');
    await indexed(store, 2);
    expect(await find(store, 'postcards')).toEqual([2]);
    expect(await find(store, 'november')).toEqual([1]);
    expect(await find(store, 'größe')).toEqual([1]);
    await indexer.close();
    await store.close();
  });

  it('forgets the text of what was purged', async () => {
    const store = await openStore();
    const indexer = createIndexer({ store, log: silent, clock: createClock() });
    await accept(store, 'receipt.eml');
    await indexed(store, 1);
    await store.mail.remove([1]);
    expect(await find(store, 'postcards')).toEqual([]);
    await store.mail.purge();
    await store.mail.restore([1]);
    expect(await find(store, 'postcards')).toEqual([]);
    await indexer.close();
    await store.close();
  });
});

describe('the reader', () => {
  const at = (id: number) => ({ id, inside: '' });
  const options = { scheme: 'light', partUrl: (number: string) => `/part/${number}` } as const;

  it('answers before the indexer came to the message', async () => {
    const store = await openStore();
    await accept(store, 'invoice-pdf.eml');
    const reader = createMessageReader({ mail: store.mail, now: Date.now });
    const read = await reader.read(at(1));
    expect(read?.text).toMatch(/^Dear Alice,\n\nyour invoice/);
    expect(read?.headers.map((h) => h.name)).toContain('Subject');
    expect(await reader.html(at(1), options)).toContain('<p>Kind regards<br>Billing at App</p>');
    const pdf = await reader.part(at(1), '2', false);
    expect(pdf).toMatchObject({ contentType: 'application/pdf', fileName: 'Rechnung Größe 2026-11.pdf' });
    expect(Buffer.from(pdf?.body ?? []).toString('latin1')).toMatch(/^%PDF-1\.4.*%%EOF\n$/s);
    const raw = await reader.part(at(1), '2', true);
    expect(Buffer.from(raw?.body ?? []).toString('latin1')).toMatch(/^Content-Type: application\/pdf;\r\n/);
    expect(reader.delivered(1)?.includes(0x0d)).toBe(false);
    expect(await reader.part(at(1), '9', false)).toBeUndefined();
    expect(await reader.html(at(99), options)).toBeUndefined();
    expect(await reader.source(at(99))).toBeUndefined();
    await store.close();
  });

  it('puts in front what the agent did, for that mailbox', async () => {
    const store = await openStore();
    await accept(store, 'cron.eml');
    const reader = createMessageReader({ mail: store.mail, now: Date.now });
    expect(reader.delivered(1, 'you')).toBeUndefined();
    await store.close();
  });
});
