/** Where a person is, and how that is written in the address bar: `#/mail/mailbox/alice/1284`. Pure. */
import type { Folder } from '../../core/api/contract/mail.ts';

/** What the sidebar of the Mail view offers: the contract's folders and the refused sessions. */
export type Shelf = Folder | { readonly kind: 'refused' };

export type Place =
  | {
      readonly view: 'mail';
      readonly shelf: Shelf;
      readonly search?: string;
      readonly id?: number;
      readonly inside?: string;
    }
  | { readonly view: 'queue'; readonly queueId?: string }
  | {
      readonly view: 'config';
      readonly file?: string;
      readonly line?: number;
      /** In place of a file: a recipe. */
      readonly recipe?: string;
      /** In place of a file: users, aliases and domains as tables. */
      readonly people?: People;
    }
  | { readonly view: 'lab' }
  /** The lines of one message, or of one session; of neither: all. */
  | { readonly view: 'log'; readonly queueId?: string; readonly session?: number }
  | { readonly view: 'sessions'; readonly number?: number };

/** What the forms are about. */
export const PEOPLE = ['users', 'aliases', 'domains', 'addresses', 'mailboxes'] as const;
export type People = (typeof PEOPLE)[number];

const PLAIN_SHELVES = ['all', 'unread', 'starred', 'undeliverable', 'held', 'refused', 'bin'] as const;
type PlainShelf = (typeof PLAIN_SHELVES)[number];

export const START: Place = { view: 'mail', shelf: { kind: 'all' } };

export function shelfKey(shelf: Shelf): string {
  return 'name' in shelf ? `${shelf.kind}/${encodeURIComponent(shelf.name)}` : shelf.kind;
}

type PlaceOf<View extends Place['view']> = Extract<Place, { view: View }>;

function messageWords({ id, inside }: PlaceOf<'mail'>): string {
  if (id === undefined) return '';
  return inside === undefined ? `/${id}` : `/${id}/inside/${inside}`;
}

const searchWords = ({ search }: PlaceOf<'mail'>) =>
  search === undefined ? '' : `?search=${encodeURIComponent(search)}`;

const hashes: { readonly [View in Place['view']]: (place: PlaceOf<View>) => string } = {
  mail: (place) => `#/mail/${shelfKey(place.shelf)}${messageWords(place)}${searchWords(place)}`,
  queue: ({ queueId }) => `#/queue${queueId === undefined ? '' : `/${queueId}`}`,
  config({ file, line, recipe, people }) {
    // no file's name begins so
    if (recipe !== undefined) return `#/config/~recipe/${recipe}`;
    if (people !== undefined) return `#/config/~people/${people}`;
    const at = line === undefined ? '' : `/${line}`;
    return `#/config${file === undefined ? '' : `/${encodeURIComponent(file)}${at}`}`;
  },
  lab: () => '#/lab',
  log({ queueId, session }) {
    if (queueId !== undefined) return `#/log/message/${queueId}`;
    return session === undefined ? '#/log' : `#/log/session/${session}`;
  },
  sessions: ({ number: session }) => (session === undefined ? '#/sessions' : `#/sessions/${session}`),
};

export function toHash(place: Place): string {
  const write = hashes[place.view] as (place: Place) => string;
  return write(place);
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
  const named = (kind === 'mailbox' || kind === 'alias' || kind === 'tag') && name !== undefined;
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
  const [path = '', query] = hash.replace(/^#\//, '').split('?', 2);
  const [view, ...words] = path.split('/').map(decode);
  if (view === 'queue') return { view, ...(words[0] === undefined ? {} : { queueId: words[0] }) };
  if (view === 'config') return configPlace(words);
  if (view === 'log') return logPlace(words);
  if (view === 'sessions') {
    const session = number(words[0]);
    return { view, ...(session === undefined ? {} : { number: session }) };
  }
  return view === 'lab' ? { view } : { ...mailPlace(words), ...searchOf(query) };
}

function searchOf(query: string | undefined): { readonly search?: string } {
  const search = /^search=(.+)$/.exec(query ?? '')?.[1];
  return search === undefined ? {} : { search: decode(search) };
}

function configPlace([file, word]: readonly string[]): Place {
  if (file === '~recipe') return { view: 'config', ...(word === undefined ? {} : { recipe: word }) };
  if (file === '~people') return { view: 'config', people: PEOPLE.find((one) => one === word) ?? 'users' };
  const line = number(word);
  return {
    view: 'config',
    ...(file === undefined ? {} : { file }),
    ...(line === undefined ? {} : { line }),
  };
}

function logPlace([kind, name]: readonly string[]): Place {
  const session = number(name);
  if (kind === 'message' && /^\w{1,100}$/.test(name ?? '')) return { view: 'log', queueId: name ?? '' };
  return kind === 'session' && session !== undefined ? { view: 'log', session } : { view: 'log' };
}

function decode(word: string): string {
  try {
    return decodeURIComponent(word);
  } catch {
    return word;
  }
}
