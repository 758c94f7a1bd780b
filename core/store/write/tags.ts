/** Tags of messages: by hand, and as new mail is indexed by its headers, its recipients and the rules. */
import { parseSearch, tagName } from '../../mail/search/search.ts';
import type { Connection } from '../database.ts';
import { createKeepingReader } from '../keeping.ts';
import { bitsOf, numbersOf } from '../read/bits.ts';
import { blockOf, createKnownAnswers } from '../read/known-answers.ts';
import { createNarrow } from '../read/search-answers.ts';
import { createSearchFacts } from '../read/search-facts.ts';
import { questionOf } from '../read/search-question.ts';
import type { Operations } from '../wire.ts';
import type { Counters, Flags } from './counters.ts';
import type { IndexedMessage } from './digests.ts';
import type { Filing } from './filing.ts';
import { createReadFlags } from './flags.ts';

export interface Tags {
  /** Answers the messages whose tags changed. */
  change(order: Operations['tag']['in']): readonly number[];
  /** false: there is no such tag, or one of the new name already. */
  rename(order: Operations['renameTag']['in']): boolean;
  /** Takes the name away once nothing has it. */
  drop(order: Operations['dropTag']['in']): null;
  /** The tags that a new message brings along. */
  ofNew(message: IndexedMessage): void;
  /** Applies the rules to messages that are indexed now, all at once. */
  byRules(ids: readonly number[]): void;
}

interface Rule {
  readonly search: string;
  readonly tag: string;
}

export function createTags(db: Connection, counters: Counters, filing: Filing): Tags {
  const readFlags = createReadFlags(db);
  const findTag = db.prepare("SELECT id, name FROM folder WHERE kind = 'tag' AND name = ? COLLATE NOCASE");
  const setName = db.prepare('UPDATE folder SET name = ? WHERE id = ?');
  const dropFolder = db.prepare(
    'DELETE FROM folder WHERE id = ? AND NOT EXISTS (SELECT 1 FROM filed WHERE folder_id = folder.id)',
  );
  const selectRules = db.prepare('SELECT search, tag FROM tag_rule ORDER BY id');
  const readKeeping = createKeepingReader(db);
  const match = createRuleMatch(db);

  const known = (name: string) => findTag.get(name) as { id: number; name: string } | undefined;

  function add(id: number, tag: string, flags: Flags): boolean {
    const name = known(tag)?.name ?? tag;
    return filing.file(id, { kind: 'tag', name }, 0, flags);
  }

  function change({ ids, add: added, remove: removed }: Operations['tag']['in']): readonly number[] {
    const names = added.map(tagName).filter((name) => name !== '');
    return [...new Set(ids)].filter((id) => {
      const flags = readFlags(id);
      if (flags === undefined) return false;
      const isAdded = names.map((name) => add(id, name, flags)).includes(true);
      const isRemoved = removed
        .map((name) => known(name))
        .map((tag) => tag !== undefined && filing.unfile(id, tag.id, flags))
        .includes(true);
      return isAdded || isRemoved;
    });
  }

  return {
    change,
    rename({ from, to }) {
      const tag = known(from);
      const name = tagName(to);
      const other = known(name);
      if (tag === undefined || name === '' || (other !== undefined && other.id !== tag.id)) return false;
      setName.run(name, tag.id);
      counters.folders.forgetNames();
      return true;
    },
    drop({ name }) {
      const tag = known(name);
      if (tag !== undefined && dropFolder.run(tag.id).changes > 0) counters.folders.forgetNames();
      return null;
    },
    ofNew({ id, tags }) {
      if (tags.header.length + tags.plus.length === 0) return;
      const { tagsFromHeader, tagsFromPlus } = readKeeping();
      const names = [...(tagsFromHeader ? tags.header : []), ...(tagsFromPlus ? tags.plus : [])];
      if (names.length > 0) change({ ids: [id], add: names, remove: [] });
    },
    byRules(ids) {
      if (ids.length === 0) return;
      for (const rule of selectRules.all() as Rule[]) {
        change({ ids: match(rule.search, ids), add: [rule.tag], remove: [] });
      }
    },
  };
}

/** Which of the messages a rule's search finds. */
function createRuleMatch(db: Connection): (search: string, ids: readonly number[]) => readonly number[] {
  const facts = createSearchFacts(db);
  const known = createKnownAnswers();
  const narrow = createNarrow(db, known, 'asked');
  return (search, ids) => {
    const parsed = parseSearch(search, 0);
    if (parsed.kind === 'wrong') return [];
    // A rule before this one may have tagged them.
    known.forget(new Set(ids.map(blockOf)));
    const question = questionOf({ kind: 'all', folderId: undefined, node: parsed.node }, facts);
    return numbersOf(narrow(question, bitsOf(ids)));
  };
}
