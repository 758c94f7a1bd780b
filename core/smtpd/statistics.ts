/** How often each command was said and how often it succeeded: ` ehlo=1 mail=1 rcpt=0/1 quit=1 commands=3/4`. */
import { COMMAND_NAMES, type CommandName } from './commands/table.ts';

export interface Statistics {
  said(name: CommandName | 'unknown'): void;
  succeeded(name: CommandName): void;
  toString(): string;
}

export function createStatistics(): Statistics {
  const said = new Map<string, number>();
  const succeeded = new Map<string, number>();
  const add = (counts: Map<string, number>, name: string) => {
    counts.set(name, (counts.get(name) ?? 0) + 1);
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
      for (const name of [...COMMAND_NAMES, 'unknown']) {
        const total = said.get(name) ?? 0;
        if (total === 0) continue;
        const good = succeeded.get(name) ?? 0;
        text += ` ${name.toLowerCase()}=${good}${good === total ? '' : `/${total}`}`;
        allGood += good;
        all += total;
      }
      return `${text} commands=${allGood}${allGood === all && all > 0 ? '' : `/${all}`}`;
    },
  };
}
