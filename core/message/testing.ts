/** What this folder's tests share. */
import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { MessageContent } from '../mail/message.ts';
import { withLf } from '../mail/delivered-form.ts';

const SAMPLES = fileURLToPath(new URL('../../assets/samples/', import.meta.url));

export const sampleNames = () => readdirSync(SAMPLES).filter((name) => name.endsWith('.eml'));
export const readSample = (name: string) => readFileSync(`${SAMPLES}${name}`);

/** A message as cleanup stores one that it changed nothing in. */
export function toContent(message: Uint8Array | string): MessageContent {
  const raw = Buffer.from(message);
  const empty = /\r?\n\r?\n/.exec(raw.toString('latin1'));
  const end = empty === null ? raw.length : empty.index;
  const header = withLf(raw.subarray(0, end));
  const bodyOffset = empty === null ? raw.length : empty.index + empty[0].length;
  const isEnded = header.length === 0 || header.at(-1) === 0x0a;
  return {
    raw,
    bodyOffset,
    body: null,
    header: isEnded ? header : Buffer.concat([header, Buffer.from('\n')]),
  };
}

export const sampleContent = (name: string) => toContent(readSample(name));
