/** What parts are called, for people. Pure. */
import type { Part, PartKind } from '../../core/api/contract/mail.ts';

const WORDS: Readonly<Record<PartKind, string>> = {
  container: 'Container',
  text: 'Text',
  html: 'HTML',
  image: 'Image',
  audio: 'Audio',
  video: 'Video',
  message: 'Message',
  calendar: 'Calendar',
  contact: 'Contact',
  report: 'Report',
  pdf: 'PDF',
  archive: 'Archive',
  tnef: 'Outlook container (TNEF)',
  smime: 'S/MIME, signed or encrypted',
  signature: 'Signature, not verified',
  encrypted: 'Encrypted',
  key: 'Public key',
  other: 'File',
};

export const kindWords = ({ kind }: Pick<Part, 'kind'>): string => WORDS[kind];

/** What it is listed by: its name made harmless, else what it is. */
export function partName(part: Pick<Part, 'safeName' | 'kind' | 'number'>): string {
  if (part.number === '') return 'The whole message';
  return part.safeName === '' ? `${WORDS[part.kind]} ${part.number}` : part.safeName;
}

/** Types that a browser shows as they are. */
const PICTURES = new Set(['image/png', 'image/jpeg', 'image/gif', 'image/webp', 'image/avif', 'image/bmp']);
export const isPicture = ({ contentType }: Pick<Part, 'contentType'>): boolean => PICTURES.has(contentType);

/** Shown in a window of its own; everything else is saved. */
export const canOpen = (part: Pick<Part, 'kind' | 'contentType'>): boolean =>
  isPicture(part) || (part.contentType.startsWith('text/') && part.kind !== 'container');

const PROTECTIONS: Readonly<Record<string, string>> = {
  'multipart/signed': 'Signed, not verified',
  'multipart/encrypted': 'Encrypted',
};

/** How the whole message is protected, where it says that it is; '' otherwise. */
export function protectionOf(parts: readonly Part[]): string {
  const [root] = parts;
  if (root === undefined) return '';
  return PROTECTIONS[root.contentType] ?? (root.kind === 'smime' ? WORDS.smime : '');
}
