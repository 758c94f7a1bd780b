/** What a person set up in the sandbox: saved searches, rules that tag, what is kept. */
import { tagName } from '../mail/search/search.ts';
import type { ChangeCollector } from './changes.ts';
import type { Connection } from './database.ts';
import { createKeepingReader, type KeepingSettings } from './keeping.ts';
import type { Writer } from './writer.ts';

export interface SavedSearch {
  readonly id: number;
  readonly name: string;
  readonly search: string;
}

export interface TagRule {
  readonly id: number;
  readonly search: string;
  readonly tag: string;
}

export interface DeskStore {
  /** By name. */
  searches(): readonly SavedSearch[];
  /** Without an id a new one. undefined: another one has that name, or there is none of that id. */
  putSearch(search: {
    readonly id?: number | undefined;
    readonly name: string;
    readonly search: string;
  }): Promise<number | undefined>;
  removeSearch(id: number): Promise<boolean>;
  /** In the order in which they were made, which is the order they are applied in. */
  rules(): readonly TagRule[];
  putRule(rule: Omit<TagRule, 'id'>): Promise<void>;
  removeRule(id: number): Promise<boolean>;
  keeping(): KeepingSettings;
  setKeeping(settings: KeepingSettings): Promise<void>;
}

export interface DeskDependencies {
  readonly db: Connection;
  readonly writer: Writer;
  readonly changes: ChangeCollector;
}

export function createDeskStore({ db, writer, changes }: DeskDependencies): DeskStore {
  const selectSearches = db.prepare('SELECT id, name, search FROM saved_search ORDER BY name COLLATE NOCASE');
  const selectRules = db.prepare('SELECT id, search, tag FROM tag_rule ORDER BY id');
  const readKeeping = createKeepingReader(db);
  /** Asked for with every commit of new mail; nobody else changes it while the store is open. */
  let keeping: KeepingSettings | undefined;
  const told = <T>(value: T): T => {
    changes.sidebar();
    return value;
  };
  return {
    searches: () => selectSearches.all() as SavedSearch[],
    async putSearch({ id, name, search }) {
      const order = id === undefined ? { name, search } : { id, name, search };
      const number = told(await writer.write('putSearch', order));
      return number === 0 ? undefined : number;
    },
    removeSearch: async (id) => told(await writer.write('removeSearch', { id })),
    rules: () => selectRules.all() as TagRule[],
    async putRule({ search, tag }) {
      told(await writer.write('putRule', { search, tag: tagName(tag) }));
    },
    removeRule: async (id) => told(await writer.write('removeRule', { id })),
    keeping: () => (keeping ??= readKeeping()),
    async setKeeping(settings) {
      try {
        told(await writer.write('putSetting', { name: 'keeping', value: JSON.stringify(settings) }));
      } finally {
        keeping = undefined;
      }
    },
  };
}
