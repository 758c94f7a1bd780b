/** Tables made of tables: unionmap:{...}, pipemap:{...}, randmap:{...} and proxy:type:name. */
import type { Failure, Found, TableContext, TableType } from './context.ts';
import { isFailure } from './context.ts';
import type { Maybe } from './maybe.ts';
import { chain, firstAnswer } from './maybe.ts';
import type { LookupResult, Table } from './table.ts';
import { splitWords, takeBraces } from './words.ts';

/** The words of `{ a, b }`; a word in braces of its own loses them. */
function wordsInBraces(type: string, name: string): readonly string[] | Failure {
  const usage = `bad syntax: "${type}:${name}"; need "${type}:{type:name...}"`;
  if (!name.startsWith('{')) return { failure: usage };
  const outer = takeBraces(name);
  if (!outer.ok || outer.rest.trim() !== '') return { failure: usage };
  const words = splitWords(outer.text);
  return words.length === 0 ? { failure: usage } : words;
}

function membersOf(type: string, name: string, context: TableContext): readonly Table[] | Failure {
  const words = wordsInBraces(type, name);
  if (isFailure(words)) return words;
  const bad = words.find((word) => !word.includes(':'));
  if (bad !== undefined) return { failure: `bad syntax: "${type}:${name}"; need "${type}:{type:name...}"` };
  return words.map((word) => context.open(word));
}

const closeAll = (tables: readonly Table[]) => () => {
  for (const table of tables) table.close();
};

const asFailure = (result: LookupResult): Failure | undefined =>
  result.kind === 'unavailable' ? { failure: result.reason } : undefined;

/** unionmap: the comma-separated answers of all tables. */
export const unionmap: TableType = (name, context) => {
  const members = membersOf('unionmap', name, context);
  if (isFailure(members)) return members;
  return {
    wantsPartialKeys: members.every((table) => table.wantsPartialKeys),
    find(key): Maybe<Found> {
      const values: string[] = [];
      const failure = firstAnswer(members, (table) =>
        chain(table.lookup(key), (result) => {
          if (result.kind === 'found' && result.value !== '') values.push(result.value);
          return asFailure(result);
        }),
      );
      return chain(failure, (failed) => {
        if (failed !== undefined) return failed;
        return values.length === 0 ? undefined : { value: values.join(','), key };
      });
    },
    close: closeAll(members),
  };
};

/** pipemap: each table's answer is the next one's key. */
export const pipemap: TableType = (name, context) => {
  const members = membersOf('pipemap', name, context);
  if (isFailure(members)) return members;
  return {
    wantsPartialKeys: members.every((table) => table.wantsPartialKeys),
    find(key): Maybe<Found> {
      let value = key;
      const stopped = firstAnswer<Table, 'absent' | Failure>(members, (table) =>
        chain(table.lookup(value), (result) => {
          if (result.kind === 'found') value = result.value;
          return result.kind === 'absent' ? 'absent' : asFailure(result);
        }),
      );
      return chain(stopped, (answer) => {
        if (answer === undefined) return { value, key };
        return answer === 'absent' ? undefined : answer;
      });
    },
    close: closeAll(members),
  };
};

/** randmap: any of the values, whatever the key; braces around one stay. */
export const randmap: TableType = (name) => {
  const values = wordsInBraces('randmap', name);
  if (isFailure(values)) {
    return { failure: `bad syntax: "randmap:${name}"; need "randmap:{value...}"` };
  }
  return {
    wantsPartialKeys: false,
    find: (key) => ({ value: values[Math.floor(Math.random() * values.length)] as string, key }),
  };
};

/** proxy:type:name is the table itself: the engine is one process, so there is nothing to go through. */
export const proxy: TableType = (name, context) => {
  if (!name.includes(':')) return { failure: `proxy:${name}: need proxy:type:name` };
  const table = context.open(name);
  return {
    get wantsPartialKeys() {
      return table.wantsPartialKeys;
    },
    find: (key) =>
      chain(table.lookup(key), (result): Found => {
        if (result.kind === 'found') return result;
        return asFailure(result);
      }),
    close: () => {
      table.close();
    },
  };
};
