/** What message files have no place for, beside them as `sandpost.json`: envelope, marks, line ends. */
import type { ArchivedMessage, OutgoingMessage } from './archived.ts';
import type { LineEnds } from './local-lines.ts';

export const MANIFEST = 'sandpost.json';

export interface Noted extends Pick<ArchivedMessage, 'sender' | 'recipients' | 'isRead' | 'isStarred'> {
  readonly file: string;
  readonly ends: LineEnds;
}

export function noteOf(
  { sender, recipients, isRead, isStarred }: OutgoingMessage,
  file: string,
  ends: LineEnds,
): Noted {
  return { file, sender, recipients, isRead, isStarred, ends };
}

export const writeManifest = (messages: readonly Noted[]): string =>
  `${JSON.stringify({ sandpost: 'mail', version: 1, messages }, null, 1)}\n`;

const record = (value: unknown): Readonly<Record<string, unknown>> | undefined =>
  typeof value === 'object' && value !== null ? (value as Readonly<Record<string, unknown>>) : undefined;

function toNoted(value: unknown): Noted | undefined {
  const noted = record(value);
  if (typeof noted?.['file'] !== 'string') return undefined;
  const { file, sender, recipients, isRead, isStarred, ends } = noted;
  return {
    file,
    ...(typeof sender === 'string' ? { sender } : {}),
    ...(Array.isArray(recipients) ? { recipients: recipients.map(String) } : {}),
    isRead: isRead === true,
    isStarred: isStarred === true,
    ends: ends === 'crlf' ? 'crlf' : 'kept',
  };
}

/** By file name. What is not ours says nothing. */
export function readManifest(text: string): ReadonlyMap<string, Noted> {
  let messages: unknown;
  try {
    messages = record(JSON.parse(text))?.['messages'];
  } catch {
    return new Map();
  }
  const noted = Array.isArray(messages) ? messages.map(toNoted) : [];
  return new Map(noted.flatMap((note) => (note === undefined ? [] : [[note.file, note]])));
}
