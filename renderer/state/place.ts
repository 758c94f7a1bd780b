/** Where a person is, and how that is written in the address bar: `#/mail/mailbox/alice/1284`. Pure. */
import type { Folder } from '../../core/api/contract/mail.ts';

/** What the sidebar of the Mail view offers: the contract's folders and the refused sessions. */
export type Shelf = Folder | { readonly kind: 'refused' };

export type Place =
  | { readonly view: 'mail'; readonly shelf: Shelf; readonly id?: number; readonly inside?: string }
  | { readonly view: 'queue'; readonly queueId?: string }
  | { readonly view: 'config'; readonly file?: string; readonly line?: number };

const PLAIN_SHELVES = ['all', 'unread', 'undeliverable', 'held', 'refused', 'bin'] as const;
type PlainShelf = (typeof PLAIN_SHELVES)[number];

export const START: Place = { view: 'mail', shelf: { kind: 'all' } };

export function shelfKey(shelf: Shelf): string {
  return 'name' in shelf ? `${shelf.kind}/${encodeURIComponent(shelf.name)}` : shelf.kind;
}

function messageWords({ id, inside }: Extract<Place, { view: 'mail' }>): string {
  if (id === undefined) return '';
  return inside === undefined ? `/${id}` : `/${id}/inside/${inside}`;
}

export function toHash(place: Place): string {
  switch (place.view) {
    case 'mail':
      return `#/mail/${shelfKey(place.shelf)}${messageWords(place)}`;
    case 'queue':
      return `#/queue${place.queueId === undefined ? '' : `/${place.queueId}`}`;
    case 'config': {
      const line = place.line === undefined ? '' : `/${place.line}`;
      return `#/config${place.file === undefined ? '' : `/${encodeURIComponent(place.file)}${line}`}`;
    }
  }
}

/** Part numbers, from the outside in. */
const INSIDE = /^\d+(?:\.\d+)*(?:,\d+(?:\.\d+)*)*$/;

const number = (text: string | undefined) =>
  text !== undefined && /^[1-9]\d{0,14}$/.test(text) ? Number(text) : undefined;

function isPlainShelf(kind: string | undefined): kind is PlainShelf {
  return PLAIN_SHELVES.some((plain) => plain === kind);
}

function mailPlace(words: readonly string[]): Place {
  const [kind, name] = words;
  const named = (kind === 'mailbox' || kind === 'alias') && name !== undefined;
  if (!named && !isPlainShelf(kind)) return START;
  const shelf: Shelf = named ? { kind, name } : { kind: isPlainShelf(kind) ? kind : 'all' };
  const [idWord, key, path] = words.slice(named ? 2 : 1);
  const id = number(idWord);
  if (id === undefined) return { view: 'mail', shelf };
  const isInside = key === 'inside' && path !== undefined && INSIDE.test(path);
  return { view: 'mail', shelf, id, ...(isInside ? { inside: path } : {}) };
}

/** Anything that is not a place leads to the start. */
export function fromHash(hash: string): Place {
  const [view, ...words] = hash.replace(/^#\//, '').split('/').map(decode);
  if (view === 'queue') return { view, ...(words[0] === undefined ? {} : { queueId: words[0] }) };
  if (view === 'config') {
    const line = number(words[1]);
    const file = words[0];
    return { view, ...(file === undefined ? {} : { file }), ...(line === undefined ? {} : { line }) };
  }
  return mailPlace(words);
}

function decode(word: string): string {
  try {
    return decodeURIComponent(word);
  } catch {
    return word;
  }
}
