/** Revisions of the configuration: what each changed, and the way back to one. */
import type { ConfigArea } from '../api/areas/config.ts';
import type { Revision } from '../api/contract/config.ts';
import type { Revision as StoredRevision, RevisionStore } from '../store/side-stores.ts';
import type { ConfigFiles } from './config-files.ts';
import { differing, type ConfigWriter } from './config-writer.ts';

type Texts = Readonly<Record<string, string>>;

const only = (texts: Texts, names: readonly string[]): Texts =>
  Object.fromEntries(names.flatMap((name) => (texts[name] === undefined ? [] : [[name, texts[name]]])));

export function createRevisionCalls(dependencies: {
  readonly files: ConfigFiles;
  readonly writer: ConfigWriter;
  readonly revisions: RevisionStore;
}): Pick<ConfigArea, 'revisions' | 'revision' | 'restore'> {
  const { files, writer, revisions } = dependencies;

  const tell = ({ number, at, what, recipe }: StoredRevision): Revision => ({
    number,
    at,
    what,
    ...(recipe === undefined ? {} : { recipe }),
    files: [...revisions.changedFiles(number)],
  });

  return {
    revisions: (limit) => Promise.resolve(revisions.list(limit).map(tell)),
    revision(number) {
      const found = revisions.get(number);
      if (found === undefined) return Promise.resolve(undefined);
      const told = tell(found);
      const before = revisions.get(number - 1)?.files ?? {};
      const now = files.texts();
      const names = [...new Set([...told.files, ...differing(found.files, now)])];
      return Promise.resolve({
        ...told,
        texts: only(found.files, names),
        before: only(before, names),
        now: only(now, names),
      });
    },
    async restore(number, force) {
      const found = revisions.get(number);
      if (found === undefined) return undefined;
      const known = revisions.get(revisions.latest())?.files ?? {};
      const now = files.texts();
      // a file that no revision knows stays: nothing would bring it back
      const changes = differing(found.files, now).flatMap((name) => {
        const text = found.files[name] ?? null;
        return text === null && known[name] === undefined ? [] : [[name, text] as const];
      });
      return writer.write(Object.fromEntries(changes), { what: `back to revision ${number}`, force });
    },
  };
}
