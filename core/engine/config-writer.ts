/** Changes of the configuration folder: checked, written, compiled, reloaded, and kept as a revision with a way back. */
import type { ApplyResult } from '../api/areas/config.ts';
import type { Problem } from '../api/contract/common.ts';
import { checkConfig, type CheckOptions } from '../config/check.ts';
import type { RecipeStep, RevisionStore } from '../store/side-stores.ts';
import type { ConfigFiles } from './config-files.ts';

export interface ConfigWriterDependencies {
  readonly directory: string;
  readonly files: ConfigFiles;
  readonly revisions: RevisionStore;
  readonly checkOptions: (drafts: Readonly<Record<string, string>>) => CheckOptions;
  /** Also compiles the tables among the files that were written. */
  readonly reload: (written: readonly string[]) => Promise<readonly Problem[]>;
}

export interface WriteOrder {
  /** The revision's name. */
  readonly what: string;
  /** Also with errors. */
  readonly force: boolean;
  readonly recipe?: RecipeStep;
}

export interface ConfigWriter {
  /** null removes a file. */
  write(
    changes: Readonly<Record<string, string | null>>,
    order: WriteOrder,
  ): Promise<Exclude<ApplyResult, { kind: 'conflict' }>>;
}

export function createConfigWriter(dependencies: ConfigWriterDependencies): ConfigWriter {
  const { directory, files, revisions, checkOptions, reload } = dependencies;

  /** What other programs changed is a revision too: there must be a way back to the state before any change. */
  async function keepWhatIsThere(): Promise<void> {
    const latest = revisions.latest();
    const now = files.texts();
    if (latest === 0) await revisions.add('as found', now);
    else {
      const known = revisions.get(latest)?.files ?? {};
      const changed = differing(known, now);
      if (changed.length > 0) await revisions.add(`changed elsewhere: ${changed.join(', ')}`, now);
    }
  }

  return {
    async write(changes, { what, force, recipe }) {
      const drafts = Object.fromEntries(
        Object.entries(changes).flatMap(([name, text]) => (text === null ? [] : [[name, text] as const])),
      );
      const problems = checkConfig(directory, checkOptions(drafts));
      if (!force && problems.some(({ severity }) => severity === 'error'))
        return { kind: 'invalid', problems: [...problems] };
      await keepWhatIsThere();
      for (const [name, text] of Object.entries(changes)) files.write(name, text);
      const found = await reload(Object.keys(drafts));
      const revision = await revisions.add(what, files.texts(), recipe);
      return { kind: 'applied', revision, problems: [...found] };
    },
  };
}

/** The files that are not the same in both. */
export function differing(
  a: Readonly<Record<string, string>>,
  b: Readonly<Record<string, string>>,
): readonly string[] {
  return [...new Set([...Object.keys(a), ...Object.keys(b)])].filter((name) => a[name] !== b[name]).sort();
}
