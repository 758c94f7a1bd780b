/** What a part is, in one word, by its type and name: how it is shown and what it is called. Never its content. */
import type { StoredPart } from '../store/store.ts';

export const PART_KINDS = [
  'container',
  'text',
  'html',
  'image',
  'audio',
  'video',
  'message',
  'calendar',
  'contact',
  'report',
  'pdf',
  'archive',
  'tnef',
  'smime',
  'signature',
  'encrypted',
  'key',
  'other',
] as const;
export type PartKind = (typeof PART_KINDS)[number];

const TYPES: Readonly<Record<string, PartKind>> = {
  'text/html': 'html',
  'application/xhtml+xml': 'html',
  'message/rfc822': 'message',
  'message/global': 'message',
  'text/calendar': 'calendar',
  'application/ics': 'calendar',
  'text/vcard': 'contact',
  'text/x-vcard': 'contact',
  'text/directory': 'contact',
  'message/delivery-status': 'report',
  'message/global-delivery-status': 'report',
  'message/disposition-notification': 'report',
  'message/feedback-report': 'report',
  'text/rfc822-headers': 'text',
  'application/pdf': 'pdf',
  'application/zip': 'archive',
  'application/gzip': 'archive',
  'application/x-tar': 'archive',
  'application/x-7z-compressed': 'archive',
  'application/ms-tnef': 'tnef',
  'application/vnd.ms-tnef': 'tnef',
  'application/pkcs7-mime': 'smime',
  'application/x-pkcs7-mime': 'smime',
  'application/pkcs7-signature': 'signature',
  'application/x-pkcs7-signature': 'signature',
  'application/pgp-signature': 'signature',
  'application/pgp-encrypted': 'encrypted',
  'multipart/encrypted': 'encrypted',
  'application/pgp-keys': 'key',
};

/** For parts that call themselves application/octet-stream, as much software does. */
const EXTENSIONS: Readonly<Record<string, PartKind>> = {
  ics: 'calendar',
  vcf: 'contact',
  eml: 'message',
  pdf: 'pdf',
  zip: 'archive',
  p7m: 'smime',
  p7s: 'signature',
};

export function kindOf({ contentType, fileName }: Pick<StoredPart, 'contentType' | 'fileName'>): PartKind {
  const known = TYPES[contentType];
  if (known !== undefined) return known;
  if (contentType.startsWith('multipart/')) return 'container';
  const name = fileName.toLowerCase();
  if (name === 'winmail.dat') return 'tnef';
  const byName = EXTENSIONS[/\.([a-z0-9]+)$/.exec(name)?.[1] ?? ''];
  if (contentType === 'application/octet-stream' && byName !== undefined) return byName;
  const [major] = contentType.split('/');
  if (major === 'image' || major === 'audio' || major === 'video' || major === 'text') return major;
  return 'other';
}
