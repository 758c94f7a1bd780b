/** The names of what the sidebar offers. Pure. */
import type { Shelf } from '../state/place.ts';

const NAMES: Readonly<Record<Exclude<Shelf['kind'], 'mailbox' | 'alias' | 'tag'>, string>> = {
  all: 'All mail',
  unread: 'Unread',
  starred: 'Starred',
  undeliverable: 'Undeliverable',
  held: 'Held',
  refused: 'Refused',
  bin: 'Bin',
};

export const shelfName = (shelf: Shelf): string => ('name' in shelf ? shelf.name : NAMES[shelf.kind]);

export const MAIN_SHELVES: readonly Shelf[] = [
  { kind: 'all' },
  { kind: 'unread' },
  { kind: 'starred' },
  { kind: 'undeliverable' },
  { kind: 'held' },
  { kind: 'refused' },
  { kind: 'bin' },
];
