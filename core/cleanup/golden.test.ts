/** Messages as they came (`.eml`), under a configuration (`.cf` and tables), and as they are delivered (`.ref`). */
import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import type { Submission } from '../mail/message.ts';
import { delivered, kitchen, queued, to } from './testing/kitchen.ts';

const folder = new URL('golden/', import.meta.url);
const read = (name: string): string => readFileSync(new URL(name, folder), 'utf8');
const files = readdirSync(folder);
const names = files.filter((file) => file.endsWith('.eml')).map((file) => file.slice(0, -4));

/** The envelope stands in the configuration's comments. */
function envelopeOf(config: string): Pick<Submission, 'sender' | 'recipients' | 'rewriteContext' | 'head'> {
  const sender = /^# MAIL FROM:<(.*)>$/m.exec(config)?.[1] ?? '';
  const recipients = [...config.matchAll(/^# RCPT TO:<(.*)>$/gm)].map(([, address = '']) => to(address));
  const rewriteContext = /^# remote$/m.test(config) ? 'remote' : 'local';
  return { sender, recipients, rewriteContext, head: 'Received: from client.test\n' };
}

function tablesOf(name: string): Readonly<Record<string, string>> {
  const own = files.filter((file) => file.startsWith(`${name}.`) && !/\.(?:eml|ref|cf)$/.test(file));
  return Object.fromEntries(own.map((file) => [file.slice(name.length + 1), read(file)]));
}

describe('messages as they are delivered', () => {
  it.each(names)('%s', async (name) => {
    const config = read(`${name}.cf`);
    const settings = config.split('\n').filter((line) => line !== '' && !line.startsWith('#'));
    const { prepare } = kitchen(settings, tablesOf(name));
    const raw = readFileSync(new URL(`${name}.eml`, folder));
    const message = queued(await prepare({ ...envelopeOf(config), raw }));
    expect(delivered(message).replace('Received: from client.test\n', '')).toBe(read(`${name}.ref`));
    expect(Buffer.compare(raw, message.content.raw)).toBe(0);
  });
});
