/** How often each command was said and how often it succeeded: ` ehlo=1 mail=1 rcpt=0/1 quit=1 commands=3/4`. */
import { COMMAND_NAMES, type CommandName } from './commands/table.ts';

const NAMES = [...COMMAND_NAMES, 'unknown'] as const;
const SHOWN = NAMES.map((name) => name.toLowerCase());
const PLACES: ReadonlyMap<string, number> = new Map(NAMES.map((name, place) => [name, place]));

export interface Statistics {
  said(name: CommandName | 'unknown'): void;
  succeeded(name: CommandName): void;
  toString(): string;
}

export function createStatistics(): Statistics {
  // A place for each command: every session has such a table.
  const said = NAMES.map(() => 0);
  const succeeded = NAMES.map(() => 0);
  const add = (counts: number[], name: string) => {
    const place = PLACES.get(name) ?? 0;
    counts[place] = (counts[place] ?? 0) + 1;
  };
  return {
    said: (name) => {
      add(said, name);
    },
    succeeded: (name) => {
      add(succeeded, name);
    },
    toString() {
      let text = '';
      let allGood = 0;
      let all = 0;
      for (let place = 0; place < said.length; place++) {
        const total = said[place] ?? 0;
        if (total === 0) continue;
        const good = succeeded[place] ?? 0;
        text += ` ${SHOWN[place] ?? ''}=${good}${good === total ? '' : `/${total}`}`;
        allGood += good;
        all += total;
      }
      return `${text} commands=${allGood}${allGood === all && all > 0 ? '' : `/${all}`}`;
    },
  };
}
